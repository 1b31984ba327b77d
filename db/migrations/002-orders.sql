-- Orders, the per-shop event log, and the one function that places an order.

-- One row per idempotency key that made an order, kept for ever: it outlives the order.
create table order_keys (
  key uuid primary key,
  body_hash bytea not null,
  order_id uuid not null
);

create table orders (
  id uuid primary key,
  shop text not null,
  number integer not null,
  -- the day that number counts in, in the shop's time zone
  day date not null,
  status text not null check (status in ('placed', 'accepted', 'ready', 'completed', 'rejected', 'cancelled', 'expired')),
  version integer not null,
  total_cents bigint not null check (total_cents >= 0),
  currency text not null,
  customer_name text not null,
  customer_phone text not null,
  customer_address text not null,
  note text,
  placed_at timestamptz not null,
  updated_at timestamptz not null,
  ready_at timestamptz,
  reason text,
  -- seq of the order.placed event
  placed_seq bigint not null,
  -- when it expires, if nobody has accepted it by then
  accept_by timestamptz not null,
  reminded_at timestamptz,
  unique (shop, day, number)
);
create index orders_open on orders (shop, placed_seq) where status in ('placed', 'accepted', 'ready');
create index orders_unaccepted on orders (accept_by) where status = 'placed';

create table order_items (
  order_id uuid not null references orders (id) on delete cascade deferrable initially deferred,
  line smallint not null,
  dish text not null,
  name text not null,
  price_cents integer not null,
  quantity integer not null check (quantity between 1 and 99),
  note text,
  primary key (order_id, line)
);

-- The log of a shop, which is also the outbox of pushes: gapless, in commit order, each entry with the whole order as
-- it then was. It has no foreign keys: only the functions below write here, and a key check would run under the lock.
create table events (
  shop text not null,
  seq bigint not null,
  id uuid not null default gen_random_uuid(),
  type text not null,
  at timestamptz not null,
  order_id uuid not null,
  -- json, not jsonb: it is only ever passed on, text as it was written
  body json not null,
  primary key (shop, seq)
);

-- Counts per subject in the minute that began at started_at. Unlogged: losing it in a crash costs nothing, and a
-- transaction that writes nothing else does not wait for the disk.
create unlogged table rate_limits (
  subject text primary key,
  started_at timestamptz not null,
  count integer not null
);

-- Counts one for a subject (a text that holds no personal data in the clear) and refuses above the limit.
create function take_rate(p_subject text, p_per_minute integer) returns void
language plpgsql as $$
declare
  v_count integer;
  v_started_at timestamptz;
begin
  insert into rate_limits as r (subject, started_at, count) values (p_subject, clock_timestamp(), 1)
  on conflict (subject) do update set
    count = case when r.started_at > clock_timestamp() - interval '1 minute' then r.count + 1 else 1 end,
    started_at = case when r.started_at > clock_timestamp() - interval '1 minute' then r.started_at else clock_timestamp() end
  returning r.count, r.started_at into v_count, v_started_at;
  if v_count > p_per_minute then
    perform refuse_rate(v_started_at);
  end if;
end $$;

-- Refusals are raised, each with its own SQLSTATE (db/refusals.ts reads them): one that was returned would commit the
-- idempotency key with it.
create function refuse_rate(p_started_at timestamptz) returns void
language plpgsql as $$
begin
  raise exception 'too many orders, wait a moment' using errcode = 'WO006',
    detail = greatest(1, ceil(60 - extract(epoch from clock_timestamp() - p_started_at)))::integer::text;
end $$;

-- The wire's ITEM, CUSTOMER and ORDER: field names and their order are the wire's. Rows of these types are written by
-- row_to_json, which unlike json_build_object puts no space between the parts.
create type wire_item as (dish text, name text, "priceCents" integer, quantity integer, note text);
create type wire_customer as (name text, phone text, address text);
create type wire_order as (
  id uuid, number integer, shop text, status text, version integer, items json, "totalCents" bigint, currency text,
  customer wire_customer, note text, "placedAt" text, "updatedAt" text, "readyAt" text, reason text
);

-- An order as the wire writes it. p_items is its lines, already in that form.
create function order_json(o orders, p_items json) returns json
language sql stable
return row_to_json(row(
  o.id, o.number, o.shop, o.status, o.version, p_items, o.total_cents, o.currency,
  row(o.customer_name, o.customer_phone, o.customer_address)::wire_customer,
  o.note, wire_time(o.placed_at), wire_time(o.updated_at), wire_time(o.ready_at), o.reason)::wire_order);

create function order_json(o orders) returns json
language sql stable
begin atomic
  select order_json(o, (
    select array_to_json(array_agg(row(i.dish, i.name, i.price_cents, i.quantity, i.note)::wire_item order by i.line))
    from order_items i where i.order_id = o.id));
end;

-- An order as it was when it was placed: what a replay of its key answers.
create function placed_order_json(o orders) returns json
language plpgsql stable as $$
begin
  o.status := 'placed';
  o.version := 1;
  o.updated_at := o.placed_at;
  o.ready_at := null;
  o.reason := null;
  return order_json(o);
end $$;

-- Places an order: one call, one autocommitted statement, READ COMMITTED. In this order:
--   claim the key (a known one is answered before anything else is looked at) → limits → shop → price every line from
--   the menu → the shop's counter, as late as possible, since from there on the shop's other orders wait → order, event.
-- Limits are per minute; null lifts one. p_address is the caller's network address, already hashed.
create function place_order(
  p_key uuid, p_body_hash bytea, p_shop text, p_dishes text[], p_quantities integer[], p_notes text[],
  p_customer_name text, p_customer_phone text, p_customer_address text, p_note text, p_expected_total_cents bigint,
  p_address text, p_per_address integer, p_per_phone integer, p_per_shop integer, p_max_order_bytes integer,
  out replayed boolean, out order_id uuid, out epoch uuid, out seq bigint, out event_id uuid, out at text, out body json
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_id uuid := gen_random_uuid();
  v_known order_keys;
  v_order orders;
  v_shop shops;
  v_stream streams;
  v_items json;
  v_total bigint;
  v_missing json;
  v_day date;
begin
  insert into order_keys (key, body_hash, order_id) values (p_key, p_body_hash, v_id) on conflict do nothing;
  if not found then
    -- A second statement: in READ COMMITTED it sees what the winner of a race has committed in the meantime.
    select * into strict v_known from order_keys where key = p_key;
    if v_known.body_hash <> p_body_hash then
      raise exception 'this Idempotency-Key belongs to another order' using errcode = 'WO005';
    end if;
    select * into v_order from orders where id = v_known.order_id;
    if not found then
      raise exception 'the order of this Idempotency-Key is no longer kept' using errcode = 'WO008';
    end if;
    replayed := true;
    order_id := v_order.id;
    body := placed_order_json(v_order);
    return;
  end if;

  if p_per_address is not null and p_address is not null then
    perform take_rate('address:' || p_address, p_per_address);
  end if;
  if p_per_phone is not null then
    perform take_rate('phone:' || encode(sha256(convert_to(regexp_replace(p_customer_phone, '[^0-9]', '', 'g'), 'UTF8')), 'hex'), p_per_phone);
  end if;

  select * into v_shop from shops where id = p_shop;
  if not found then
    raise exception 'there is no such shop' using errcode = 'WO001';
  end if;
  if not v_shop.open then
    raise exception 'the shop is closed' using errcode = 'WO002';
  end if;

  with line as (
    select l.line, l.dish, l.quantity, l.note, d.name, d.price_cents, coalesce(d.available, false) as available
    from unnest(p_dishes, p_quantities, p_notes) with ordinality as l (dish, quantity, note, line)
    left join dishes d on d.shop = p_shop and d.id = l.dish
  ), kept as (
    insert into order_items (order_id, line, dish, name, price_cents, quantity, note)
    select v_id, line, dish, name, price_cents, quantity, note from line where available
  )
  select
    array_to_json(array_agg(row(dish, name, price_cents, quantity, note)::wire_item order by line)),
    sum(price_cents::bigint * quantity),
    json_agg(line - 1 order by line) filter (where not available)
  into v_items, v_total, v_missing
  from line;
  if v_missing is not null then
    raise exception 'a dish is sold out or no longer on the menu' using errcode = 'WO003', detail = v_missing::text;
  end if;
  if v_total <> p_expected_total_cents then
    raise exception 'the total is now %', v_total using errcode = 'WO004';
  end if;

  -- From here to the commit the shop's other orders wait. The update waits for the row first and then reads the clock,
  -- so placed_at, the number of the day and seq agree in their order.
  update streams s set
    head = s.head + 1, last_at = greatest(clock_timestamp(), s.last_at),
    order_number = s.order_number + 1, rate_count = s.rate_count + 1
  where s.shop = p_shop
  returning * into strict v_stream;
  v_day := (v_stream.last_at at time zone v_shop.time_zone)::date;
  if v_day > v_stream.order_day or v_stream.rate_from <= v_stream.last_at - interval '1 minute' then
    -- Once a day and once a minute. A day never comes back, whatever becomes of the time zone: its numbers are taken.
    update streams s set
      order_day = greatest(s.order_day, v_day),
      order_number = case when s.order_day < v_day then 1 else s.order_number end,
      rate_from = case when s.rate_from <= s.last_at - interval '1 minute' then s.last_at else s.rate_from end,
      rate_count = case when s.rate_from <= s.last_at - interval '1 minute' then 1 else s.rate_count end
    where s.shop = p_shop
    returning * into strict v_stream;
  end if;
  if v_stream.rate_count > p_per_shop then
    perform refuse_rate(v_stream.rate_from);
  end if;

  insert into orders (id, shop, number, day, status, version, total_cents, currency, customer_name, customer_phone,
    customer_address, note, placed_at, updated_at, placed_seq, accept_by)
  values (v_id, p_shop, v_stream.order_number, v_stream.order_day, 'placed', 1, v_total, v_shop.currency, p_customer_name,
    p_customer_phone, p_customer_address, p_note, v_stream.last_at, v_stream.last_at, v_stream.head,
    v_stream.last_at + make_interval(mins => v_shop.accept_minutes))
  returning * into v_order;
  body := order_json(v_order, v_items);
  if octet_length(body::text) > p_max_order_bytes then
    raise exception 'the order is too large' using errcode = 'WO007';
  end if;
  insert into events (shop, seq, type, at, order_id, body)
  values (p_shop, v_stream.head, 'order.placed', v_order.placed_at, v_id, body)
  returning id into event_id;
  replayed := false;
  order_id := v_id;
  epoch := v_stream.epoch;
  seq := v_stream.head;
  at := wire_time(v_order.placed_at);
end $$;

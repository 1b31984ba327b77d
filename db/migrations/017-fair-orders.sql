-- Nobody from outside can use up what a shop takes in a minute, and refusing is cheap: it comes before the shop's lock.

-- orders_due is in its place. Dropped here, because a transaction that first locks a table against writing and then against
-- everything can meet one that is reading and goes on to write.
drop index if exists orders_unaccepted;

-- The customers to whom a shop has brought an order to its end, by a hash of their phone.
create table regulars (
  shop text not null references shops (id) on delete cascade,
  phone bytea not null,
  at timestamptz not null,
  primary key (shop, phone)
);
create index regulars_at on regulars (at);

-- A phone number in one form, whatever its spelling: digits alone, without the country's 86, the 0 or 00 before it, and
-- an extension behind # or *. It is for comparing: orders keep what was written.
create function phone_form(p_phone text) returns text
language plpgsql immutable parallel safe as $$
declare
  v_digits text := ltrim(translate(p_phone, '0１２３４５６７８９０＋＃＊+()#*. -', '01234567890'), '0');
begin
  if strpos(translate(p_phone, '*＃＊', '###'), '#') > 0 then
    v_digits := ltrim(regexp_replace(coalesce(
      (regexp_match(p_phone, '^((?:[^0-9#*＃＊]*[0-9]){7,}[^0-9#*＃＊]*)[#*＃＊]'))[1], p_phone), '[^0-9]', '', 'g'), '0');
  end if;
  if v_digits like '86%' and length(v_digits) between 12 and 14 then
    return ltrim(substr(v_digits, 3), '0');
  end if;
  return v_digits;
end $$;

create function phone_hash(p_phone text) returns bytea
language sql immutable parallel safe
return sha256(convert_to(phone_form(p_phone), 'UTF8'));

-- Counts one for a subject (a text that holds no personal data in the clear), refuses above the limit, and answers how
-- many there were in this minute.
create function count_rate(p_subject text, p_per_minute integer) returns integer
language plpgsql as $$
declare
  v_count integer;
  v_started_at timestamptz;
begin
  insert into rate_limits as r (subject, started_at, count) values (p_subject, clock_timestamp(), 1)
  on conflict (subject) do update set
    count = case when is_within(r.started_at, interval '1 minute') then r.count + 1 else 1 end,
    started_at = case when is_within(r.started_at, interval '1 minute') then r.started_at else clock_timestamp() end
  returning r.count, r.started_at into v_count, v_started_at;
  if v_count > p_per_minute then
    perform refuse_rate(v_started_at);
  end if;
  return v_count;
end $$;

create or replace function take_rate(p_subject text, p_per_minute integer) returns void
language plpgsql as $$
begin
  perform count_rate(p_subject, p_per_minute);
end $$;

-- Refuses an order when its shop has had half or more of what it takes in a minute and it would leave others nothing:
-- an address has five then, two from three quarters on, and what is left from nine tenths on is for its first order. To
-- the shop's regulars this does not apply: they may have all that is left.
create function refuse_unfair(
  p_shop text, p_count integer, p_from timestamptz, p_per_shop integer, p_of_address integer, p_phone text
) returns void
language plpgsql as $$
declare
  v_share integer := case
    when p_count * 10 >= p_per_shop * 9 then 1 when p_count * 4 >= p_per_shop * 3 then 2 else 5 end;
begin
  if p_count >= p_per_shop then
    perform refuse_rate(p_from);
  end if;
  if p_of_address > v_share
    and not exists (select from regulars r where r.shop = p_shop and r.phone = phone_hash(p_phone)) then
    perform refuse_rate(p_from);
  end if;
end $$;

-- Places an order: one call, one autocommitted statement, READ COMMITTED. In this order:
--   claim the key (a known one is answered before anything else is looked at) → limits → shop → fair shares → price every
--   line from the menu → size → the shop's counter, as late as possible, since from there on the shop's other orders wait
--   → order, event.
-- Limits are per minute; null lifts one. p_address is the caller's network address, already hashed.
create or replace function place_order(
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
  v_open boolean;
  v_currency text;
  v_time_zone text;
  v_accept_minutes integer;
  v_stream streams;
  v_items json;
  v_total bigint;
  v_missing json;
  v_day date;
  v_of_address integer := 0;
  v_is_large boolean;
  v_rate_count integer;
  v_rate_from timestamptz;
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
    v_of_address := count_rate('address:' || p_address, p_per_address);
  end if;
  if p_per_phone is not null then
    perform count_rate('phone:' || encode(phone_hash(p_customer_phone), 'hex'), p_per_phone);
  end if;

  select s.open, s.currency, s.time_zone, s.accept_minutes, st.rate_count, st.rate_from
  into v_open, v_currency, v_time_zone, v_accept_minutes, v_rate_count, v_rate_from
  from shops s join streams st on st.shop = s.id where s.id = p_shop;
  if not found then
    raise exception 'there is no such shop' using errcode = 'WO001';
  end if;
  if not v_open then
    raise exception 'the shop is closed' using errcode = 'WO002';
  end if;
  if v_rate_count * 2 >= p_per_shop and is_within(v_rate_from, interval '1 minute') then
    perform refuse_unfair(p_shop, v_rate_count, v_rate_from, p_per_shop, v_of_address, p_customer_phone);
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
  -- What stands beside the items is 3,400 bytes at most; as the shop's other orders do not wait yet, it is measured here.
  v_is_large := octet_length(v_items::text) > p_max_order_bytes - 3400;
  if v_is_large then
    v_order.id := v_id;
    v_order.shop := p_shop;
    v_order.number := 1;
    v_order.status := 'placed';
    v_order.version := 1;
    v_order.total_cents := v_total;
    v_order.currency := v_currency;
    v_order.customer_name := p_customer_name;
    v_order.customer_phone := p_customer_phone;
    v_order.customer_address := p_customer_address;
    v_order.note := p_note;
    v_order.placed_at := now();
    v_order.updated_at := now();
    if octet_length(order_json(v_order, v_items)::text) > p_max_order_bytes then
      raise exception 'the order is too large' using errcode = 'WO007';
    end if;
  end if;

  -- From here to the commit the shop's other orders wait. The update waits for the row first and then reads the clock,
  -- so placed_at, the number of the day and seq agree in their order.
  update streams s set
    head = s.head + 1, last_at = moment_after(s.last_at),
    order_number = s.order_number + 1, rate_count = s.rate_count + 1
  where s.shop = p_shop
  returning * into strict v_stream;
  v_day := (v_stream.last_at at time zone v_time_zone)::date;
  if v_day <> v_stream.order_day or v_stream.order_number = any (v_stream.held_numbers)
    or v_stream.rate_from <= v_stream.last_at - interval '1 minute' or v_stream.rate_from > v_stream.last_at then
    v_stream := begin_day_or_minute(v_stream, v_day);
  end if;
  if v_stream.rate_count > p_per_shop then
    perform refuse_rate(v_stream.rate_from);
  end if;

  insert into orders (id, shop, number, day, status, version, total_cents, currency, customer_name, customer_phone,
    customer_address, note, placed_at, updated_at, placed_seq, accept_by)
  values (v_id, p_shop, v_stream.order_number, v_stream.order_day, 'placed', 1, v_total, v_currency, p_customer_name,
    p_customer_phone, p_customer_address, p_note, v_stream.last_at, v_stream.last_at, v_stream.head,
    v_stream.last_at + make_interval(mins => v_accept_minutes))
  returning * into v_order;
  body := order_json(v_order, v_items);
  if v_is_large and octet_length(body::text) > p_max_order_bytes then
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

-- Moves an order, whose row the caller has locked and checked, to another state and logs that.
create or replace function move_order(o orders, p_to text, p_reason text, p_prep_minutes integer) returns events
language plpgsql as $$
declare
  v_now timestamptz := moment_after(o.updated_at);
begin
  update orders set
    status = p_to, version = version + 1, updated_at = v_now, reason = p_reason,
    accepted_at = case when p_to = 'accepted' then v_now else accepted_at end,
    ready_at = case when p_to = 'accepted' then v_now + make_interval(mins => p_prep_minutes) else ready_at end
  where id = o.id
  returning * into strict o;
  if p_to = 'completed' then
    insert into regulars as r (shop, phone, at) values (o.shop, phone_hash(o.customer_phone), v_now)
    on conflict (shop, phone) do update set at = excluded.at;
  end if;
  return append_event(o, 'order.' || p_to, v_now);
end $$;

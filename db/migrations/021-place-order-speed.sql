-- What 017 and 020 have added to placing an order costs it no time worth naming.

-- Again without a look at what is erased: a new order is not. In SQL, because a single expression becomes part of the
-- statement that asks for it: place_order builds its ORDER so.
create or replace function order_json(o orders, p_items json) returns json
language sql stable as $$
  select row_to_json(row(
    o.id, o.number, o.shop, o.status, o.version, p_items, o.total_cents, o.currency,
    row(o.customer_name, o.customer_phone, o.customer_address)::wire_customer,
    o.note, wire_time(o.placed_at), wire_time(o.updated_at), wire_time(o.ready_at), o.reason)::wire_order)
$$;

create or replace function order_json(o orders) returns json
language plpgsql stable as $$
declare
  v_order json := order_json(o, (
    select array_to_json(array_agg(row(i.dish, i.name, i.price_cents, i.quantity, i.note)::wire_item order by i.line))
    from order_items i where i.order_id = o.id));
begin
  if o.erased_at is not null then
    return (v_order::jsonb || '{"erased":true}')::json;
  end if;
  return v_order;
end $$;

-- Most numbers are digits alone and no longer than one without the country's 86: they have that form already. In PL/pgSQL,
-- because a function in SQL that is not made part of the statement costs more than all the rest of it.
create or replace function phone_hash(p_phone text) returns bytea
language plpgsql immutable parallel safe as $$
begin
  if p_phone ~ '^[0-9]{3,11}$' then
    return sha256(convert_to(ltrim(p_phone, '0'), 'UTF8'));
  end if;
  return sha256(convert_to(phone_form(p_phone), 'UTF8'));
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

  -- Two statements, because a join of two rows takes longer than reading each.
  select open, currency, time_zone, accept_minutes into v_open, v_currency, v_time_zone, v_accept_minutes
  from shops where id = p_shop;
  if not found then
    raise exception 'there is no such shop' using errcode = 'WO001';
  end if;
  if not v_open then
    raise exception 'the shop is closed' using errcode = 'WO002';
  end if;
  select rate_count, rate_from into strict v_rate_count, v_rate_from from streams where shop = p_shop;
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

-- The counter of a shop stands in place_order itself again: a function of its own cost an order about a fifth of its time
-- in the server. next_in_stream stays until nobody can still be in the middle of an order that calls it.

-- Places an order, or raises a refusal, which undoes everything; its codes are in db/refusals.ts. Key → limits → shop →
-- fair shares → price every line from the menu → size → the shop's counter, as late as possible, since from there on the
-- shop's other orders wait → order, event. Every row it touches but those of the limits is of this one shop.
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
  v_order orders;
  v_shop shops;
  v_items json;
  v_total bigint;
  v_missing json;
  v_of_address integer;
  v_is_large boolean;
  v_now timestamptz;
  v_stream streams;
  v_day date;
begin
  insert into order_keys (shop, key, body_hash, order_id) values (p_shop, p_key, p_body_hash, v_id) on conflict do nothing;
  if not found then
    -- Another statement: in READ COMMITTED it sees what the winner of a race has committed in the meantime.
    v_order := known_order(p_shop, p_key, p_body_hash);
    replayed := true;
    order_id := v_order.id;
    body := placed_order_json(v_order);
    return;
  end if;
  v_of_address := count_caller(p_address, p_per_address, p_customer_phone, p_per_phone);
  v_shop := shop_for_order(p_shop, p_per_shop, v_of_address, p_customer_phone);

  with line as (
    select l.line, l.dish, l.quantity, l.note, d.name, d.price_cents, coalesce(d.available, false) as available
    from unnest(p_dishes, p_quantities, p_notes) with ordinality as l (dish, quantity, note, line)
    left join dishes d on d.shop = p_shop and d.id = l.dish
  ), kept as (
    insert into order_items (shop, order_id, line, dish, name, price_cents, quantity, note)
    select p_shop, v_id, line, dish, name, price_cents, quantity, note from line where available
  )
  select
    array_to_json(array_agg(row(dish, name, price_cents, quantity, note)::wire_item order by line)),
    sum(price_cents::bigint * quantity), json_agg(line - 1 order by line) filter (where not available)
  into v_items, v_total, v_missing
  from line;
  if v_missing is not null then
    raise exception 'a dish is sold out or no longer on the menu' using errcode = 'WO003', detail = v_missing::text;
  end if;
  if v_total <> p_expected_total_cents then
    raise exception 'the total is now %', v_total using errcode = 'WO004';
  end if;
  -- What stands beside the items is 3,400 bytes at most.
  v_is_large := octet_length(v_items::text) > p_max_order_bytes - 3400;
  if v_is_large and is_too_large(v_id, p_shop, v_items, v_total, v_shop.currency,
    row(p_customer_name, p_customer_phone, p_customer_address)::wire_customer, p_note, p_max_order_bytes) then
    raise exception 'the order is too large' using errcode = 'WO007';
  end if;

  -- From here to the commit the shop's other orders wait. The clock is read before that wait, so whoever waited is placed
  -- no earlier than the one before: placed_at, the number of the day and seq agree in their order.
  v_now := clock_timestamp();
  update streams s set
    head = s.head + 1, last_at = moment_after(s.last_at, v_now),
    order_number = s.order_number + 1, rate_count = s.rate_count + 1
  where s.shop = p_shop
  returning * into strict v_stream;
  v_day := (v_stream.last_at at time zone v_shop.time_zone)::date;
  if v_day <> v_stream.order_day or v_stream.order_number = any (v_stream.held_numbers)
    or v_stream.rate_from <= v_stream.last_at - interval '1 minute' or v_stream.rate_from > v_stream.last_at then
    v_stream := begin_day_or_minute(v_stream, v_day);
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

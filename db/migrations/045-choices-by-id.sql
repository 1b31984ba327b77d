-- What is chosen is looked up by its ids, for all lines of an order in one query: walking over the options of each line took
-- a sixth of what placing an order takes. An order without choices is priced without asking for any, and what both kinds
-- do besides takes fewer queries and copies fewer rows. Every answer is as before.

-- The choices of a dish by the ids of their option and of themselves, each with what choosing it comes to: `place`, of the
-- option and within it; `few` and `many`, how many are taken of that option; `max`, how many of this choice; `cents`; and
-- `order`, the choice as ORDER has it up to its quantity, which comes last. What is sold out is left out. Under '', which
-- is nobody's id: of how many options something must be chosen.
create function index_options(p_options jsonb) returns jsonb language sql immutable as $$
  select jsonb_build_object('', count(*) filter (where (o.value -> 'min')::integer > 0))
    || coalesce(jsonb_object_agg(o.value ->> 'id', (
      select jsonb_object_agg(c.value ->> 'id', jsonb_build_object(
        'option', o.place, 'place', c.place, 'few', o.value -> 'min', 'many', o.value -> 'max', 'max', c.value -> 'max',
        'cents', c.value -> 'priceCents', 'order', left(jsonb_build_object('option', o.value -> 'id', 'choice', c.value -> 'id',
          'name', c.value -> 'name', 'priceCents', c.value -> 'priceCents')::text, -1) || ', "quantity": '))
      from jsonb_array_elements(o.value -> 'choices') with ordinality as c (value, place)
      where (c.value -> 'available')::boolean)) filter (where o.value is not null), '{}')
  from jsonb_array_elements(p_options) with ordinality as o (value, place)
$$;

-- Kept with the dish, because far more is ordered than menus are changed. The version before inserts and updates dishes as
-- ever: PostgreSQL fills the column.
alter table dishes add column choices_index jsonb not null generated always as (index_options(options)) stored;

-- Raises what cannot be had of the lines of an order, and then what is chosen wrongly. An order comes here only when
-- something is amiss.
create function refuse_lines(p_shop text, p_dishes text[], p_choices jsonb) returns void
language plpgsql as $$
declare
  v_missing json;
  v_wrong json;
begin
  with line as materialized (
    select l.line - 1 as line, coalesce(d.available, false) as available, w.missing, w.wrong
    from unnest(p_dishes) with ordinality as l (dish, line)
    left join dishes d on d.shop = p_shop and d.id = l.dish
    cross join lateral wrong_choices(d.options, coalesce(p_choices -> (l.line::integer - 1), '[]')) w
  )
  select
    json_agg(case when not available then to_json(line) else (
      select json_agg('items[' || line || '].choices.' || m) from unnest(missing) m) end order by line)
      filter (where not available or missing is not null),
    json_agg((
      select json_agg(json_build_object(
        'path', 'items[' || line || '].choices.' || w, 'message', 'too few or too many are chosen'))
      from unnest(wrong) w) order by line) filter (where wrong is not null)
  into v_missing, v_wrong
  from line;
  if v_missing is not null then
    raise exception 'a dish or a choice is sold out or no longer on the menu' using errcode = 'WO003', detail = v_missing::text;
  end if;
  if v_wrong is not null then
    raise exception 'with a dish too few or too many are chosen' using errcode = 'WO009', detail = v_wrong::text;
  end if;
  -- The menu has changed since the lines were priced: whoever called tries again.
  raise exception 'the menu has just been changed' using errcode = 'serialization_failure';
end $$;

-- Prices the lines of an order from the menu and keeps them. Raises what cannot be had, and then what is chosen wrongly.
-- The lines come in the order in which generate_subscripts counts; unnest would have the query planned anew for each order,
-- since it is cheaper the fewer they are. `offset 0`: a dish is looked up for each line, instead of reading the whole menu.
create or replace function price_lines(p_shop text, p_id uuid, p_dishes text[], p_quantities integer[], p_notes text[],
  p_choices jsonb, out items json, out items_cents bigint, out packaging_cents bigint)
language plpgsql as $$
declare
  v_lines wire_line[];
  v_choices_cents bigint[];
  v_are_right boolean;
begin
  if p_choices is null then
    select array_agg(row(p_dishes[l], d.name, d.price_cents, p_quantities[l], p_notes[l], '[]')::wire_line),
      sum(d.price_cents::bigint * p_quantities[l]), sum(d.packaging_cents::bigint * p_quantities[l]),
      bool_and(coalesce(d.available and d.choices_index -> '' = '0', false))
    into v_lines, items_cents, packaging_cents, v_are_right
    from generate_subscripts(p_dishes, 1) l
    left join lateral (
      select d.name, d.price_cents, d.packaging_cents, d.available, d.choices_index
      from dishes d where d.shop = p_shop and d.id = p_dishes[l] offset 0) d on true;
  else
    select
      array_agg(row(p_dishes[l], d.name, d.price_cents, p_quantities[l], p_notes[l], coalesce(c.choices, '[]'))::wire_line),
      array_agg(coalesce(c.cents, 0)), sum((d.price_cents + coalesce(c.cents, 0)) * p_quantities[l]),
      sum(d.packaging_cents::bigint * p_quantities[l]),
      bool_and(coalesce(d.available and c.are_right and c.satisfied = (d.choices_index -> '')::integer, false))
    into v_lines, v_choices_cents, items_cents, packaging_cents, v_are_right
    from generate_subscripts(p_dishes, 1) l
    left join lateral (
      -- What is concatenated is no longer compressed, which it would otherwise be for each choice anew.
      select d.name, d.price_cents, d.packaging_cents, d.available, d.choices_index || '{}' as choices_index
      from dishes d where d.shop = p_shop and d.id = p_dishes[l] offset 0) d on true
    cross join lateral (
      -- `taken` counts within an option, in the order of the menu: the choice with which it comes to `few` satisfies that.
      select ('[' || string_agg(t.choice, ', ' order by t.option, t.place) || ']')::jsonb as choices,
        sum(t.cents)::bigint as cents,
        coalesce(bool_and(t.is_right and t.taken <= t.many), true) as are_right,
        count(*) filter (where t.taken >= t.few and t.taken - t.quantity < t.few) as satisfied
      from (
        select (f.found -> 'option')::integer as option, (f.found -> 'place')::integer as place,
          (f.found -> 'few')::integer as few, (f.found -> 'many')::integer as many, f.quantity,
          coalesce(f.quantity <= (f.found -> 'max')::integer, false) as is_right,
          sum(f.quantity) over (
            partition by (f.found -> 'option')::integer order by (f.found -> 'place')::integer rows unbounded preceding) as taken,
          (f.found -> 'cents')::bigint * f.quantity as cents, (f.found ->> 'order') || f.quantity || '}' as choice
        from (
          select (a.asked -> 'quantity')::integer as quantity,
            d.choices_index -> (a.asked ->> 'option') -> (a.asked ->> 'choice') as found
          from jsonb_array_elements(p_choices -> (l - 1)) a (asked) offset 0) f
      ) t
    ) c;
  end if;
  if not v_are_right then
    perform refuse_lines(p_shop, p_dishes, p_choices);
  end if;
  items := array_to_json(v_lines);
  insert into order_items (shop, order_id, line, dish, name, price_cents, quantity, note, choices, choices_cents)
  select p_shop, p_id, l.line, l.dish, l.name, l.price_cents, l.quantity, l.note, l.choices, coalesce(v_choices_cents[l.line], 0)
  from unnest(v_lines) with ordinality as l (dish, name, price_cents, quantity, note, choices, line);
end $$;

-- The shop, if it takes an order now. Whether it is open is computed without a subquery, which PL/pgSQL would run as a query.
create or replace function shop_for_order(p_shop text, p_wanted_at timestamptz, p_per_shop integer, p_of_address integer, p_phone text)
returns shops
language plpgsql as $$
declare
  v_shop shops;
  v_count integer;
  v_from timestamptz;
begin
  -- Two statements, because a join of two rows takes longer than reading each.
  select * into v_shop from shops where id = p_shop;
  if not found then
    raise exception 'there is no such shop' using errcode = 'WO001';
  end if;
  if p_wanted_at is null and not (v_shop.open and (is_always(v_shop.hours)
    or (hours_at(v_shop.hours, v_shop.time_zone, clock_timestamp())).is_open)) then
    raise exception 'the shop is closed' using errcode = 'WO002';
  end if;
  select rate_count, rate_from into strict v_count, v_from from streams where shop = p_shop;
  if v_count * 2 >= p_per_shop and is_within(v_from, interval '1 minute') then
    perform refuse_unfair(p_shop, v_count, v_from, p_per_shop, p_of_address, p_phone);
  end if;
  return v_shop;
end $$;

-- How an order is handed over, and what that, the discount and all of it come to; or raises why the shop does not take it:
-- how it is to be handed over, then its total. In values, because a row of orders is copied on its way in and out.
create function terms_of_order(
  s shops, p_items_cents bigint, p_packaging_cents bigint, p_fulfilment jsonb, p_expected_total_cents bigint,
  out fulfilment jsonb, out delivery_cents bigint, out discount_cents bigint, out total_cents bigint)
language plpgsql stable as $$
declare
  v_handing record;
begin
  delivery_cents := 0;
  discount_cents := 0;
  fulfilment := '{"type":"delivery"}';
  -- Of most shops nothing of this is asked.
  if p_fulfilment is not null or s.delivery is distinct from '{"minimumCents":0,"feeCents":0,"freeFromCents":null,"areas":[]}' then
    v_handing := hand_over(s, p_fulfilment, p_items_cents);
    fulfilment := v_handing.fulfilment;
    delivery_cents := v_handing.cents;
  end if;
  if s.discounts <> '[]' then
    discount_cents := best_discount(s.discounts, p_items_cents);
  end if;
  total_cents := p_items_cents + p_packaging_cents + delivery_cents - discount_cents;
  if total_cents <> p_expected_total_cents then
    raise exception 'the total is now %', total_cents using errcode = 'WO004';
  end if;
end $$;

-- Whether an order is too large, before the shop's other orders wait for it. Asked of large ones alone. p_terms are those of
-- terms_of_order, by their names, which are those of the columns.
create function is_too_large(p_shop text, p_currency text, p_customer_name text, p_customer_phone text, p_customer_address text,
  p_note text, p_wanted_at timestamptz, p_items json, p_packaging_cents bigint, p_terms jsonb, p_max_bytes integer) returns boolean
language plpgsql stable as $$
declare
  o orders := jsonb_populate_record(null::orders, p_terms);
begin
  o.id := gen_random_uuid();
  o.shop := p_shop;
  o.currency := p_currency;
  o.customer_name := p_customer_name;
  o.customer_phone := p_customer_phone;
  o.customer_address := p_customer_address;
  o.note := p_note;
  o.wanted_at := p_wanted_at;
  o.packaging_cents := p_packaging_cents;
  return is_too_large(o, p_items, p_max_bytes);
end $$;

-- The shop's counter, with the number of an order that is for p_day.
create function numbered_for(s streams, p_day date) returns streams
language plpgsql as $$
begin
  if p_day <> s.order_day then
    s.order_number := number_of_day(s, p_day);
    s.order_day := p_day;
  end if;
  return s;
end $$;

-- Places an order, or raises a refusal, which undoes everything; its codes are in db/refusals.ts. Claim: the key → limits →
-- shop and hours → fair shares. Price: every line from the menu → handing over, discount, total → size. Slot: a place of it,
-- for an order for later. Number: the shop's counter, as late as possible, since from there on the shop's other orders
-- wait. Write: order, event. Every row it touches but those of the limits is of this one shop.
-- Limits are per minute; null lifts one. p_address is the caller's network address, already hashed. p_choices holds a list
-- for each line, or is null.
create or replace function place_order(
  p_key uuid, p_body_hash bytea, p_shop text, p_dishes text[], p_quantities integer[], p_notes text[],
  p_customer_name text, p_customer_phone text, p_customer_address text, p_note text, p_expected_total_cents bigint,
  p_address text, p_per_address integer, p_per_phone integer, p_per_shop integer, p_max_order_bytes integer,
  p_choices jsonb, p_fulfilment jsonb, p_wanted_at timestamptz,
  out replayed boolean, out order_id uuid, out epoch uuid, out seq bigint, out event_id uuid, out at text, out body json
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_order orders;
  v_shop shops;
  v_now timestamptz;
  v_stream streams;
  v_day date;
  v_priced record;
  v_terms record;
  v_waits_from timestamptz;
  v_is_large boolean;
begin
  order_id := gen_random_uuid();
  insert into order_keys (shop, key, body_hash, order_id) values (p_shop, p_key, p_body_hash, place_order.order_id)
  on conflict do nothing;
  if not found then
    -- Another statement: in READ COMMITTED it sees what the winner of a race has committed in the meantime.
    v_order := known_order(p_shop, p_key, p_body_hash);
    replayed := true;
    order_id := v_order.id;
    body := placed_order_json(v_order);
    return;
  end if;
  v_shop := shop_for_order(p_shop, p_wanted_at, p_per_shop,
    count_caller(p_address, p_per_address, p_customer_phone, p_per_phone), p_customer_phone);

  v_priced := price_lines(p_shop, order_id, p_dishes, p_quantities, p_notes, p_choices);
  v_terms := terms_of_order(v_shop, v_priced.items_cents, v_priced.packaging_cents, p_fulfilment, p_expected_total_cents);
  -- What stands beside the items is 4,600 bytes at most.
  v_is_large := octet_length(v_priced.items::text) > p_max_order_bytes - 4600;
  if v_is_large and is_too_large(p_shop, v_shop.currency, p_customer_name, p_customer_phone, p_customer_address, p_note,
    p_wanted_at, v_priced.items, v_priced.packaging_cents, to_jsonb(v_terms), p_max_order_bytes) then
    raise exception 'the order is too large' using errcode = 'WO007';
  end if;

  if p_wanted_at is not null then
    perform take_slot(v_shop, p_wanted_at);
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
  v_waits_from := v_stream.last_at;
  if p_wanted_at is not null then
    v_waits_from := waits_from(v_shop, v_stream.last_at, p_wanted_at);
    v_stream := numbered_for(v_stream, (p_wanted_at at time zone v_shop.time_zone)::date);
  end if;

  insert into orders (id, shop, number, day, status, version, currency, customer_name, customer_phone, customer_address, note,
    placed_at, updated_at, placed_seq, accept_by, waits_from, wanted_at,
    fulfilment, packaging_cents, delivery_cents, discount_cents, total_cents)
  values (place_order.order_id, p_shop, v_stream.order_number, v_stream.order_day, 'placed', 1, v_shop.currency, p_customer_name,
    p_customer_phone, p_customer_address, p_note, v_stream.last_at, v_stream.last_at, v_stream.head,
    v_waits_from + make_interval(mins => v_shop.accept_minutes), nullif(v_waits_from, v_stream.last_at), p_wanted_at,
    v_terms.fulfilment, v_priced.packaging_cents, v_terms.delivery_cents, v_terms.discount_cents, v_terms.total_cents)
  returning * into strict v_order;
  body := order_json(v_order, v_priced.items);
  if v_is_large and octet_length(body::text) > p_max_order_bytes then
    raise exception 'the order is too large' using errcode = 'WO007';
  end if;
  insert into events (shop, seq, type, at, order_id, body)
  values (p_shop, v_stream.head, 'order.placed', v_order.placed_at, v_order.id, body)
  returning id into event_id;
  replayed := false;
  epoch := v_stream.epoch;
  seq := v_stream.head;
  at := wire_time(v_order.placed_at);
end $$;

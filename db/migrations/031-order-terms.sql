-- Orders with choices, pickup or delivery, discounts, and for later: priced, checked and counted inside place_order alone.

alter table order_items
  -- as ORDER has them, in the order of the menu
  add column choices jsonb not null default '[]',
  -- what they add to the price of one piece
  add column choices_cents bigint not null default 0;
alter table orders
  add column fulfilment jsonb not null default '{"type":"delivery"}',
  add column packaging_cents bigint not null default 0,
  add column delivery_cents bigint not null default 0,
  add column discount_cents bigint not null default 0,
  -- null: as soon as possible
  add column wanted_at timestamptz;
create index orders_wanted on orders (shop, wanted_at) where wanted_at is not null;

create type wire_amounts as (
  "itemsCents" bigint,
  "packagingCents" bigint,
  "deliveryCents" bigint,
  "discountCents" bigint,
  "totalCents" bigint
);
-- New types beside wire_item and wire_order, which orders that are being placed by the functions of before still build.
create type wire_line as (dish text, name text, "priceCents" integer, quantity integer, note text, choices jsonb);
create type wire_placed_order as (
  id uuid, number integer, shop text, status text, version integer, items json, "totalCents" bigint, currency text,
  customer wire_customer, note text, "placedAt" text, "updatedAt" text, "readyAt" text, reason text,
  fulfilment jsonb,
  amounts wire_amounts,
  "wantedAt" text
);

-- In SQL, because a single expression becomes part of the statement that asks for it: place_order builds its ORDER so.
create or replace function order_json(o orders, p_items json) returns json
language sql stable as $$
  select row_to_json(row(
    o.id, o.number, o.shop, o.status, o.version, p_items, o.total_cents, o.currency,
    row(o.customer_name, o.customer_phone, o.customer_address)::wire_customer,
    o.note, wire_time(o.placed_at), wire_time(o.updated_at), wire_time(o.ready_at), o.reason, o.fulfilment,
    row(o.total_cents - o.packaging_cents - o.delivery_cents + o.discount_cents, o.packaging_cents, o.delivery_cents,
      o.discount_cents, o.total_cents)::wire_amounts, wire_time(o.wanted_at))::wire_placed_order)
$$;

create or replace function order_json(o orders) returns json language plpgsql stable as $$
declare
  v_order json := order_json(o, (
    select array_to_json(array_agg(row(i.dish, i.name, i.price_cents, i.quantity, i.note, i.choices)::wire_line order by i.line))
    from order_items i where i.shop = o.shop and i.order_id = o.id));
begin
  if o.erased_at is not null then
    return (v_order::jsonb || '{"erased":true}')::json;
  end if;
  return v_order;
end $$;

-- What is chosen with a dish, priced from its options: the choices as ORDER has them, in the order of the menu, and what
-- they add to the price of one piece; or what is wrong, each a path within the line: `missing` cannot be had, of `wrong`
-- there are too few or too many.
create type chosen as (choices jsonb, cents bigint, missing text[], wrong text[]);
create function choose(p_options jsonb, p_chosen jsonb) returns chosen language sql immutable as $$
  with offered as (
    select o.place, o.value ->> 'id' as option, (o.value ->> 'min')::integer as min, (o.value ->> 'max')::integer as max,
      o.value -> 'choices' as choices
    from jsonb_array_elements(p_options) with ordinality as o (value, place)
  ), chosen as (
    select c.value ->> 'option' as option, c.value ->> 'choice' as choice, (c.value ->> 'quantity')::integer as quantity
    from jsonb_array_elements(p_chosen) as c (value)
  ), priced as (
    select c.option, c.choice, c.quantity, o.place as option_place, f.place, f.value as found
    from chosen c
    left join offered o on o.option = c.option
    left join lateral (
      select e.value, e.place from jsonb_array_elements(o.choices) with ordinality as e (value, place)
      where e.value ->> 'id' = c.choice
    ) f on true
  )
  select
    coalesce(jsonb_agg(jsonb_build_object('option', p.option, 'choice', p.choice, 'name', p.found -> 'name',
      'priceCents', p.found -> 'priceCents', 'quantity', p.quantity) order by p.option_place, p.place), '[]'),
    coalesce(sum(p.quantity * (p.found ->> 'priceCents')::bigint), 0),
    array_agg(p.option || '.' || p.choice order by p.option, p.choice) filter (where (p.found ->> 'available')::boolean is not true),
    (select array_agg(o.option order by o.place)
    from offered o cross join lateral (
      select coalesce(sum(t.quantity), 0) as taken, bool_or(t.quantity > (t.found ->> 'max')::integer) as has_too_many
      from priced t where t.option = o.option) t
    where t.taken not between o.min and o.max or t.has_too_many)
  from priced p
$$;

-- Prices the lines of an order from the menu and keeps them. Raises what cannot be had, and then what is chosen wrongly.
create function price_lines(
  p_shop text, p_id uuid, p_dishes text[], p_quantities integer[], p_notes text[], p_choices jsonb,
  out items json, out items_cents bigint, out packaging_cents bigint
) language plpgsql as $$
declare
  v_missing json;
  v_wrong json;
begin
  with line as (
    select l.line, l.dish, l.quantity, l.note, d.name, d.price_cents, d.packaging_cents, coalesce(d.available, false) as available,
      case when d.options <> '[]' or p_choices -> (l.line::integer - 1) <> '[]'
        then choose(d.options, coalesce(p_choices -> (l.line::integer - 1), '[]')) end as chosen
    from unnest(p_dishes, p_quantities, p_notes) with ordinality as l (dish, quantity, note, line)
    left join dishes d on d.shop = p_shop and d.id = l.dish
  ), kept as (
    insert into order_items (shop, order_id, line, dish, name, price_cents, quantity, note, choices, choices_cents)
    select p_shop, p_id, line, dish, name, price_cents, quantity, note, coalesce((chosen).choices, '[]'), coalesce((chosen).cents, 0)
    from line where available
  )
  select
    array_to_json(array_agg(
      row(dish, name, price_cents, quantity, note, coalesce((chosen).choices, '[]'))::wire_line order by line)),
    sum((price_cents + coalesce((chosen).cents, 0)) * quantity), sum(l.packaging_cents::bigint * quantity),
    json_agg(case when not available then to_json(line - 1) else (
      select json_agg('items[' || line - 1 || '].choices.' || m) from unnest((chosen).missing) m) end order by line)
      filter (where not available or (chosen).missing is not null),
    json_agg((
      select json_agg(json_build_object('path', 'items[' || line - 1 || '].choices.' || w, 'message', 'too few or too many are chosen'))
      from unnest((chosen).wrong) w) order by line) filter (where (chosen).wrong is not null)
  into items, items_cents, packaging_cents, v_missing, v_wrong
  from line l;
  if v_missing is not null then
    raise exception 'a dish or a choice is sold out or no longer on the menu' using errcode = 'WO003', detail = v_missing::text;
  end if;
  if v_wrong is not null then
    raise exception 'with a dish too few or too many are chosen' using errcode = 'WO009', detail = v_wrong::text;
  end if;
end $$;

-- What handing an order over costs, and how it is kept; or why the shop does not hand it over so. Null is what it was
-- before anybody could choose: delivery.
create function hand_over(s shops, p_fulfilment jsonb, p_items_cents bigint, out fulfilment jsonb, out cents bigint)
language plpgsql immutable as $$
declare
  v_area jsonb;
begin
  cents := 0;
  fulfilment := coalesce(p_fulfilment, '{"type":"delivery"}');
  if fulfilment ->> 'type' = 'pickup' then
    if not s.pickup then
      raise exception 'the shop has no pickup' using errcode = 'WO013';
    end if;
    return;
  end if;
  if s.delivery is null then
    raise exception 'the shop does not deliver' using errcode = 'WO013';
  end if;
  if s.delivery -> 'areas' <> '[]' or fulfilment ? 'area' then
    select a into v_area from jsonb_array_elements(s.delivery -> 'areas') a where a ->> 'id' = fulfilment ->> 'area';
    if v_area is null then
      raise exception 'the shop does not deliver there' using errcode = 'WO012';
    end if;
    fulfilment := fulfilment || jsonb_build_object('areaName', v_area -> 'name');
  end if;
  if p_items_cents < (coalesce(v_area -> 'minimumCents', s.delivery -> 'minimumCents'))::bigint then
    raise exception 'the items cost less than the shop delivers for' using errcode = 'WO011';
  end if;
  cents := case when p_items_cents >= (s.delivery ->> 'freeFromCents')::bigint then 0
    else (coalesce(v_area -> 'feeCents', s.delivery -> 'feeCents'))::bigint end;
end $$;

-- What the best discount takes off the items.
create function best_discount(p_discounts jsonb, p_items_cents bigint) returns bigint
language sql immutable as $$
  select coalesce(max(least(d."offCents", p_items_cents)) filter (where p_items_cents >= d."fromCents"), 0)
  from jsonb_to_recordset(p_discounts) as d ("fromCents" bigint, "offCents" bigint)
$$;

-- The times of a day, in the shop's time zone, that an order for later may name at a moment: from the beginning of each
-- period on, as long as a whole slot lies within it.
create function slots_of(s shops, p_day date, p_at timestamptz) returns table (at timestamptz)
language sql stable as $$
  select distinct t.at
  from periods_of(s.hours, s.time_zone, p_day - 1, p_day) p
  cross join lateral (select make_interval(mins => (s.later ->> 'slotMinutes')::integer) as slot) l
  cross join lateral generate_series(p.begins_at, p.ends_at - l.slot, l.slot) as t (at)
  where (t.at at time zone s.time_zone)::date = p_day
    and t.at >= p_at + make_interval(mins => (s.later ->> 'leadMinutes')::integer)
    and p_day <= (p_at at time zone s.time_zone)::date + (s.later ->> 'daysAhead')::integer
$$;

-- How many orders hold a place of a slot.
create function taken_in_slot(p_shop text, p_at timestamptz) returns bigint
language sql stable as $$
  select count(*) from orders o
  where o.shop = p_shop and o.wanted_at = p_at and o.status not in ('rejected', 'cancelled', 'expired')
$$;

-- The slots of a day and how many orders each still takes, as the wire has them; null: there is no such shop.
create function free_slots(p_shop text, p_day date) returns text
language sql stable as $$
  select coalesce(json_agg(json_build_object('at', wire_time(t.at),
    'free', greatest(0, (s.later ->> 'perSlot')::bigint - taken_in_slot(s.id, t.at))) order by t.at)
    filter (where t.at is not null), '[]')::text
  from shops s left join lateral slots_of(s, p_day, now()) t on true
  where s.id = p_shop group by s.id
$$;

-- Takes a place of a slot. Holds, to the end of the transaction, a lock of that one slot: who comes after counts what was
-- committed before.
create function take_slot(s shops, p_at timestamptz) returns void language plpgsql as $$
begin
  if s.later is null or not exists (
    select from slots_of(s, (p_at at time zone s.time_zone)::date, clock_timestamp()) t where t.at = p_at) then
    raise exception 'the shop takes no orders for that time' using errcode = 'WO009',
      detail = '[[{"path":"wantedAt","message":"is no time of the shop"}]]';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('slot of ' || s.id, extract(epoch from p_at)::bigint));
  if taken_in_slot(s.id, p_at) >= (s.later ->> 'perSlot')::bigint then
    raise exception 'the last place of that time is taken' using errcode = 'WO014';
  end if;
end $$;

-- Gives an order that next_in_stream has counted today a number of the day that it is for instead: the next of that day
-- that no open order of another day has. Today leaves it out, and goes on where it was. The caller holds the counter.
create function number_of_day(s streams, p_day date) returns integer language plpgsql as $$
declare
  v_number integer;
begin
  select next_number(d.last, d.held) into strict v_number from day_numbers(s.shop, p_day) d;
  update streams t set
    order_number = s.order_number - 1,
    held_numbers = case when v_number >= s.order_number then coalesce(s.held_numbers, '{}') || v_number else s.held_numbers end
  where t.shop = s.shop;
  return v_number;
end $$;

-- From when on a new order waits to be accepted: the shop opens first, if it is closed and the order is for later.
create function waits_from(s shops, p_at timestamptz, p_wanted_at timestamptz) returns timestamptz
language plpgsql stable as $$
declare
  v_opening record;
begin
  if p_wanted_at is null then
    return p_at;
  end if;
  v_opening := opening_of(s, p_at);
  return case when v_opening.is_open then p_at else least(coalesce(v_opening.opens_at, p_wanted_at), p_wanted_at) end;
end $$;

-- Whether an order is too large to be told in one frame, measured before the shop's other orders have to wait for it.
create function is_too_large(o orders, p_items json, p_max_bytes integer) returns boolean language plpgsql stable as $$
begin
  o.number := 1;
  o.status := 'placed';
  o.version := 1;
  o.placed_at := now();
  o.updated_at := now();
  return octet_length(order_json(o, p_items)::text) > p_max_bytes;
end $$;

-- The shop, when it takes an order: it is open now by its switch and its hours, or the order is for later; and it leaves its
-- last places in this minute to those who have had few.
create function shop_for_order(p_shop text, p_wanted_at timestamptz, p_per_shop integer, p_of_address integer, p_phone text)
returns shops language plpgsql as $$
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
    or (select h.is_open from hours_at(v_shop.hours, v_shop.time_zone, clock_timestamp()) h))) then
    raise exception 'the shop is closed' using errcode = 'WO002';
  end if;
  select rate_count, rate_from into strict v_count, v_from from streams where shop = p_shop;
  if v_count * 2 >= p_per_shop and is_within(v_from, interval '1 minute') then
    perform refuse_unfair(p_shop, v_count, v_from, p_per_shop, p_of_address, p_phone);
  end if;
  return v_shop;
end $$;

-- Prices what stands beside the lines: handing over and discount. Answers the order with its sums, or raises why the shop
-- does not take it: how it is to be handed over, then its total.
create function price_order(o orders, s shops, p_items_cents bigint, p_fulfilment jsonb, p_expected_total_cents bigint)
returns orders language plpgsql stable as $$
declare
  v_handing record;
begin
  o.delivery_cents := 0;
  o.discount_cents := 0;
  o.fulfilment := '{"type":"delivery"}';
  -- Of most shops nothing of this is asked.
  if p_fulfilment is not null or s.delivery is distinct from '{"minimumCents":0,"feeCents":0,"freeFromCents":null,"areas":[]}' then
    v_handing := hand_over(s, p_fulfilment, p_items_cents);
    o.fulfilment := v_handing.fulfilment;
    o.delivery_cents := v_handing.cents;
  end if;
  if s.discounts <> '[]' then
    o.discount_cents := best_discount(s.discounts, p_items_cents);
  end if;
  o.total_cents := p_items_cents + o.packaging_cents + o.delivery_cents - o.discount_cents;
  if o.total_cents <> p_expected_total_cents then
    raise exception 'the total is now %', o.total_cents using errcode = 'WO004';
  end if;
  return o;
end $$;

-- Places an order, or raises a refusal, which undoes everything; its codes are in db/refusals.ts. Claim: the key → limits →
-- shop and hours → fair shares. Price: every line from the menu → handing over, discount, total → size. Slot: a place of it,
-- for an order for later. Number: the shop's counter, as late as possible, since from there on the shop's other orders
-- wait. Write: order, event. Every row it touches but those of the limits is of this one shop.
-- Limits are per minute; null lifts one. p_address is the caller's network address, already hashed. p_choices holds a list
-- for each line, or is null.
create function place_order(
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
  v_order.id := order_id;
  v_order.shop := p_shop;
  v_order.currency := v_shop.currency;
  v_order.customer_name := p_customer_name;
  v_order.customer_phone := p_customer_phone;
  v_order.customer_address := p_customer_address;
  v_order.note := p_note;
  v_order.wanted_at := p_wanted_at;
  v_order.packaging_cents := v_priced.packaging_cents;
  v_order := price_order(v_order, v_shop, v_priced.items_cents, p_fulfilment, p_expected_total_cents);
  -- What stands beside the items is 4,600 bytes at most.
  v_is_large := octet_length(v_priced.items::text) > p_max_order_bytes - 4600;
  if v_is_large and is_too_large(v_order, v_priced.items, p_max_order_bytes) then
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
  v_order.number := v_stream.order_number;
  v_order.day := v_stream.order_day;
  if p_wanted_at is not null and (p_wanted_at at time zone v_shop.time_zone)::date <> v_order.day then
    v_order.day := (p_wanted_at at time zone v_shop.time_zone)::date;
    v_order.number := number_of_day(v_stream, v_order.day);
  end if;

  v_order := write_order(v_order, v_stream, waits_from(v_shop, v_stream.last_at, p_wanted_at), v_shop.accept_minutes);
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

-- Writes an order that has been counted. It expires p_accept_minutes after it begins to wait.
create function write_order(o orders, s streams, p_waits_from timestamptz, p_accept_minutes integer) returns orders
language plpgsql as $$
begin
  insert into orders (id, shop, number, day, status, version, total_cents, currency, customer_name, customer_phone,
    customer_address, note, placed_at, updated_at, placed_seq, accept_by, waits_from, fulfilment, packaging_cents,
    delivery_cents, discount_cents, wanted_at)
  values (o.id, o.shop, o.number, o.day, 'placed', 1, o.total_cents, o.currency, o.customer_name, o.customer_phone,
    o.customer_address, o.note, s.last_at, s.last_at, s.head, p_waits_from + make_interval(mins => p_accept_minutes),
    nullif(p_waits_from, s.last_at), o.fulfilment, o.packaging_cents, o.delivery_cents, o.discount_cents, o.wanted_at)
  returning * into strict o;
  return o;
end $$;

-- One place for all that changes an order's state. An order for later is promised for its time.
create or replace function move_order(o orders, p_to text, p_reason text, p_prep_minutes integer) returns events
language plpgsql as $$
declare
  v_now timestamptz := moment_after(o.updated_at);
begin
  update orders m set
    status = p_to, version = m.version + 1, updated_at = v_now, reason = p_reason,
    accepted_at = case when p_to = 'accepted' then v_now else m.accepted_at end,
    ready_at = case when p_to = 'accepted' then greatest(m.wanted_at, v_now + make_interval(mins => p_prep_minutes)) else m.ready_at end
  where m.shop = o.shop and m.id = o.id
  returning * into strict o;
  if p_to = 'completed' then
    insert into regulars as r (shop, phone, at) values (o.shop, phone_hash(o.customer_phone), v_now)
    on conflict (shop, phone) do update set at = excluded.at;
  end if;
  return append_event(o, 'order.' || p_to, v_now);
end $$;

-- What the version before calls: an order without choices, for delivery, as soon as possible. The functions that it called
-- stay, too: calls of it that are under way end with them.
create or replace function place_order(
  p_key uuid, p_body_hash bytea, p_shop text, p_dishes text[], p_quantities integer[], p_notes text[],
  p_customer_name text, p_customer_phone text, p_customer_address text, p_note text, p_expected_total_cents bigint,
  p_address text, p_per_address integer, p_per_phone integer, p_per_shop integer, p_max_order_bytes integer,
  out replayed boolean, out order_id uuid, out epoch uuid, out seq bigint, out event_id uuid, out at text, out body json
)
language sql as $$
  select * from place_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
    null::jsonb, null::jsonb, null::timestamptz)
$$;

-- After a clock that was set back. An order that waits for its shop to open waits on.
create or replace function settle_back(p_now timestamptz, p_step interval, p_lease interval) returns void
language plpgsql as $$
begin
  update orders o set waits_from = w.since, accept_by = w.since + w.patience
  from (
    select o.id, least(coalesce(o.waits_from, o.placed_at) + p_step, p_now) as since,
      case when o.accept_by - coalesce(o.waits_from, o.placed_at) between interval '1 minute' and interval '60 minutes'
        then o.accept_by - coalesce(o.waits_from, o.placed_at) else make_interval(mins => s.accept_minutes) end as patience
    from orders o join shops s on s.id = o.shop
    where o.status = 'placed' and o.accept_by > p_now
      and (coalesce(o.waits_from, o.placed_at) > p_now + interval '5 seconds' or o.accept_by > p_now + interval '61 minutes')
      -- What waits for the shop to open goes by the clock as it is.
      and (o.wanted_at is null or o.waits_from is null)
    order by o.id for update of o skip locked
  ) w
  where o.id = w.id;
  update connections c set
    expires_at = least(c.expires_at + p_step, p_now + p_lease),
    opened_at = least(c.opened_at, p_now), bound_at = least(c.bound_at, p_now)
  where c.id in (
    select c.id from connections c
    where c.state = 'bound' and c.expires_at > p_now + p_lease + interval '5 seconds'
    order by c.id for update skip locked);
  update connections c set opened_at = p_now, expires_at = p_now + interval '30 seconds'
  where c.id in (
    select c.id from connections c
    where c.state = 'new' and c.opened_at > p_now + interval '5 seconds'
    order by c.id for update skip locked);
end $$;

-- After a clock that was set forward, or a timer that has not run.
create or replace function settle_forward(p_before timestamptz, p_now timestamptz, p_lease interval) returns void
language plpgsql as $$
begin
  update orders o set waits_from = w.since, accept_by = o.accept_by + (w.since - coalesce(o.waits_from, o.placed_at))
  from (
    select o.id, least(coalesce(o.waits_from, o.placed_at) + (p_now - p_before), p_now) as since
    from orders o
    where o.status = 'placed' and o.accept_by > p_before and coalesce(o.waits_from, o.placed_at) < p_now
    order by o.id for update skip locked
  ) w
  where o.id = w.id;
  update connections c set
    expires_at = least(c.expires_at + (p_now - p_before), p_now + p_lease),
    opened_at = least(c.opened_at + (p_now - p_before), p_now), bound_at = least(c.bound_at + (p_now - p_before), p_now)
  where c.id in (
    select c.id from connections c
    where c.state <> 'closed' and c.expires_at > p_before
    order by c.id for update skip locked);
  update escalations e set next_at = e.next_at + (p_now - p_before)
  where e.order_id in (
    select e.order_id from escalations e
    where e.delivered_at is null and e.dead_at is null and e.next_at between p_before and p_now
    order by e.order_id for update skip locked);
end $$;

-- A day in figures: the orders that are for it, by the hour that they are for.
create or replace function day_report(p_shop text, p_day date) returns table (report json)
language sql stable
begin atomic
  with placed as materialized (
    select o.id, o.number, o.status, o.total_cents,
      o.status not in ('rejected', 'cancelled', 'expired') as counts,
      extract(hour from coalesce(o.wanted_at, o.placed_at) at time zone s.time_zone)::integer as hour,
      extract(epoch from o.accepted_at - o.placed_at) as accept_seconds
    from orders o join shops s on s.id = o.shop
    where o.shop = p_shop and o.day = (select shop_day(p_shop, p_day))
  ), sold as (
    select i.dish, (array_agg(i.name order by p.number desc))[1] as name, sum(i.quantity) as quantity, sum(i.quantity * (i.price_cents + i.choices_cents)) as takings
    from placed p cross join lateral (
      -- With an offset, so that it is asked order by order: left to itself the planner may read the lines of all shops.
      select i.dish, i.name, i.quantity, i.price_cents, i.choices_cents from order_items i
      where i.shop = p_shop and i.order_id = p.id offset 0
    ) i
    where p.counts
    group by i.dish
    order by 3 desc, 4 desc, 1
    limit 20
  ), by_hour as (
    select h.hour, count(p.id) as orders, coalesce(sum(p.total_cents) filter (where p.counts), 0) as takings
    from generate_series(0, 23) as h (hour) left join placed p on p.hour = h.hour
    group by h.hour
  )
  select json_build_object(
    'day', shop_day(p_shop, p_day), 'timeZone', s.time_zone, 'currency', s.currency,
    'orders', t.orders, 'completed', t.completed, 'rejected', t.rejected, 'cancelled', t.cancelled, 'expired', t.expired,
    'open', t.open, 'takingsCents', t.takings,
    'accepted', t.accepted, 'acceptedCents', t.accepted_cents, 'completedCents', t.completed_cents, 'acceptSecondsAverage', t.average, 'acceptSecondsP95', t.p95,
    'dishes', (
      select coalesce(json_agg(json_build_object('dish', d.dish, 'name', d.name, 'quantity', d.quantity, 'takingsCents', d.takings)
        order by d.quantity desc, d.takings desc, d.dish), '[]'::json) from sold d),
    'hours', (
      select json_agg(json_build_object('hour', h.hour, 'orders', h.orders, 'takingsCents', h.takings) order by h.hour) from by_hour h))
  from shops s cross join (
    select count(*) as orders,
      count(*) filter (where status = 'completed') as completed,
      count(*) filter (where status = 'rejected') as rejected,
      count(*) filter (where status = 'cancelled') as cancelled,
      count(*) filter (where status = 'expired') as expired,
      count(*) filter (where status in ('placed', 'accepted', 'ready')) as open,
      coalesce(sum(total_cents) filter (where counts), 0) as takings,
      count(*) filter (where status in ('accepted', 'ready')) as accepted,
      coalesce(sum(total_cents) filter (where status in ('accepted', 'ready')), 0) as accepted_cents,
      coalesce(sum(total_cents) filter (where status = 'completed'), 0) as completed_cents,
      round(avg(accept_seconds), 1) as average,
      round(percentile_cont(0.95) within group (order by accept_seconds)::numeric, 1) as p95
    from placed
  ) t
  where s.id = p_shop;
end;

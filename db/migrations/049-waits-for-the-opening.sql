-- An order for later that waits for its shop to open waits for the opening as it is now, not as it was when the order was
-- placed: a pause, the switch, other hours or another time zone move it. And ORDER says by when it has to be accepted.

-- What the first answer to an order has said, where accept_by has been moved since: a repetition is answered the same.
alter table orders add column first_accept_by timestamptz;

-- A new type beside wire_placed_order, which orders that are being placed by the functions of before still build.
create type wire_waiting_order as (
  id uuid, number integer, shop text, status text, version integer, items json, "totalCents" bigint, currency text,
  customer wire_customer, note text, "placedAt" text, "updatedAt" text, "readyAt" text, reason text,
  fulfilment jsonb,
  amounts wire_amounts,
  "wantedAt" text,
  "acceptBy" text
);

-- In SQL, because a single expression becomes part of the statement that asks for it: place_order builds its ORDER so.
create or replace function order_json(o orders, p_items json) returns json
language sql stable as $$
  select row_to_json(row(
    o.id, o.number, o.shop, o.status, o.version, p_items, o.total_cents, o.currency,
    row(o.customer_name, o.customer_phone, o.customer_address)::wire_customer,
    o.note, wire_time(o.placed_at), wire_time(o.updated_at), wire_time(o.ready_at), o.reason, o.fulfilment,
    row(o.total_cents - o.packaging_cents - o.delivery_cents + o.discount_cents, o.packaging_cents, o.delivery_cents,
      o.discount_cents, o.total_cents)::wire_amounts, wire_time(o.wanted_at),
    case when o.status = 'placed' then wire_time(o.accept_by) end)::wire_waiting_order)
$$;

-- Whether an order is too large to be told in one frame, measured before the shop's other orders have to wait for it.
create or replace function is_too_large(o orders, p_items json, p_max_bytes integer) returns boolean
language plpgsql stable as $$
begin
  o.number := 1;
  o.status := 'placed';
  o.version := 1;
  o.placed_at := now();
  o.updated_at := now();
  o.accept_by := now();
  return octet_length(order_json(o, p_items)::text) > p_max_bytes;
end $$;

-- An order as it was when it was placed, for who places it once more.
create or replace function placed_order_json(o orders) returns json
language plpgsql stable as $$
begin
  o.status := 'placed';
  o.version := 1;
  o.updated_at := o.placed_at;
  o.ready_at := null;
  o.reason := null;
  o.accept_by := coalesce(o.first_accept_by, o.accept_by);
  return order_json(o);
end $$;

-- Reckons anew from when on the orders for later wait that wait for the shop to open; each is given as long after that as it
-- was. What has begun to wait keeps its time. Whoever has changed when the shop opens calls this, and holds the shop.
create function reckon_waits(p_shop text) returns void
language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  v_shop shops;
  v_opening timestamptz;
begin
  select * into strict v_shop from shops s where s.id = p_shop;
  v_opening := waits_from(v_shop, v_now, 'infinity');
  update orders o set
    waits_from = least(v_opening, o.wanted_at),
    first_accept_by = coalesce(o.first_accept_by, o.accept_by),
    accept_by = o.accept_by + (least(v_opening, o.wanted_at) - o.waits_from)
  where o.shop = p_shop and o.status = 'placed' and o.wanted_at is not null and o.waits_from > v_now
    and o.waits_from <> least(v_opening, o.wanted_at);
end $$;

-- What p_new, of an operation or of an event of init_db, says of how a shop sells. What is absent stays. Whoever calls this
-- has put in place what else it says: open, a pause, the time zone.
create or replace function set_terms(p_shop text, p_new jsonb) returns void
language plpgsql as $$
begin
  update shops s set
    hours = coalesce(p_new -> 'hours', s.hours),
    pickup = coalesce((p_new ->> 'pickup')::boolean, s.pickup),
    delivery = case when p_new ? 'delivery' then nullif(p_new -> 'delivery', 'null') else s.delivery end,
    discounts = coalesce(p_new -> 'discounts', s.discounts),
    later = case when p_new ? 'later' then nullif(p_new -> 'later', 'null') else s.later end,
    about = coalesce(p_new -> 'about', s.about)
  where s.id = p_shop and p_new ?| '{hours,pickup,delivery,discounts,later,about}';
  if p_new ?| '{pickup,delivery}' and exists (select from shops s where s.id = p_shop and not s.pickup and s.delivery is null) then
    raise exception 'the shop must offer pickup, delivery or both' using errcode = 'WO009';
  end if;
  if p_new ?| '{hours,timeZone}' then
    perform note_hours_change(p_shop);
  end if;
  -- Minutes are those of a pause.
  if p_new ?| '{hours,timeZone,open,minutes}' then
    perform reckon_waits(p_shop);
  end if;
end $$;

-- Ends the pause of a shop, or notes that its hours have opened or closed it; false when there was nothing to do. The
-- stored menu is still the present one: only the version has changed.
create or replace function reopen_shop(p_shop text) returns boolean
language plpgsql as $$
declare
  v_shop shops;
  v_change timestamptz;
begin
  select * into v_shop from shops s
  where s.id = p_shop and (s.paused_until <= now() or s.hours_change_at <= now()) for update skip locked;
  if not found then
    return false;
  end if;
  if v_shop.paused_until <= now() then
    update shops s set open = true, paused_until = null, pause_minutes = null, version = s.version + 1 where s.id = p_shop;
  else
    v_change := coalesce((hours_at(v_shop.hours, v_shop.time_zone, now())).changes_at, now() + interval '7 days');
    update shops s set hours_change_at = v_change, version = s.version + 1 where s.id = p_shop;
  end if;
  perform reckon_waits(p_shop);
  update menus m set version = m.version + 1 where m.shop = p_shop and m.version = v_shop.version;
  return true;
end $$;

-- The hours of a shop are looked at anew, and its pause lasts as long as it would have.
create or replace function settle_pause(p_shop text, p_now timestamptz, p_step interval) returns void
language plpgsql as $$
declare
  v_shop shops;
  v_until timestamptz;
begin
  select * into v_shop from shops s where s.id = p_shop for update skip locked;
  if not found then
    return;
  end if;
  update shops s set hours_change_at = p_now
  where s.id = p_shop and s.hours_change_at is not null
    and p_step not between interval '-5 seconds' and interval '90 seconds';
  if p_step > interval '90 seconds' and v_shop.paused_until > p_now - p_step then
    v_until := v_shop.paused_until + p_step;
  elsif p_step <= interval '90 seconds'
    and v_shop.paused_until > p_now + make_interval(mins => v_shop.pause_minutes) + interval '5 seconds' then
    v_until := least(
      v_shop.paused_until + least(p_step, interval '0'), p_now + make_interval(mins => v_shop.pause_minutes));
  else
    return;
  end if;
  update shops s set paused_until = v_until, version = s.version + 1 where s.id = p_shop;
  perform reckon_waits(p_shop);
  update menus m set version = m.version + 1 where m.shop = p_shop and m.version = v_shop.version;
end $$;

-- The clock has gone on, or no timer ran: what waits in a shop goes on where it was.
create or replace function settle_shop_forward(p_shop text, p_before timestamptz, p_now timestamptz) returns void
language plpgsql as $$
begin
  update orders o set
    waits_from = w.since, accept_by = w.accept_by, first_accept_by = coalesce(o.first_accept_by, o.accept_by)
  from (
    select w.id, w.since, w.accept_by + (w.since - w.waited_from) as accept_by from (
      select o.id, o.accept_by, coalesce(o.waits_from, o.placed_at) as waited_from,
        least(coalesce(o.waits_from, o.placed_at) + (p_now - p_before), p_now) as since
      from orders o
      where o.shop = p_shop and o.status = 'placed' and o.accept_by > p_before and coalesce(o.waits_from, o.placed_at) < p_now
      order by o.id for update skip locked
    ) w
  ) w
  where o.shop = p_shop and o.id = w.id;
  update escalations e set next_at = w.next_at
  from (
    select w.order_id, w.next_at + (p_now - p_before) as next_at from escalations w
    where w.shop = p_shop and w.delivered_at is null and w.dead_at is null and w.next_at between p_before and p_now
    order by w.order_id for update skip locked
  ) w
  where e.shop = p_shop and e.order_id = w.order_id;
end $$;

-- The clock has gone back: what was written by the clock that was ahead begins to wait no later than now.
create or replace function settle_shop_back(p_shop text, p_now timestamptz, p_step interval) returns void
language plpgsql as $$
begin
  update orders o set
    waits_from = w.since, accept_by = w.accept_by, first_accept_by = coalesce(o.first_accept_by, o.accept_by)
  from (
    select w.id, w.since, w.since + w.patience as accept_by from (
      select o.id, least(coalesce(o.waits_from, o.placed_at) + p_step, p_now) as since,
        case when o.accept_by - coalesce(o.waits_from, o.placed_at) between interval '1 minute' and interval '60 minutes'
          then o.accept_by - coalesce(o.waits_from, o.placed_at) else make_interval(mins => s.accept_minutes) end as patience
      from orders o join shops s on s.id = o.shop
      where o.shop = p_shop and o.status = 'placed' and o.accept_by > p_now
        and (coalesce(o.waits_from, o.placed_at) > p_now + interval '5 seconds' or o.accept_by > p_now + interval '61 minutes')
        -- What waits for the shop to open goes by the clock as it is.
        and (o.wanted_at is null or o.waits_from is null)
      order by o.id for update of o skip locked
    ) w
  ) w
  where o.shop = p_shop and o.id = w.id;
end $$;

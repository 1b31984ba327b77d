-- The shop is the first column of every key of what belongs to a shop. Orders wait meanwhile, for as long as the keys
-- of the larger tables take to build.

-- In the order of place_order, so that an order that is under way is waited for and not ended.
lock table order_keys, order_items, commands, orders, escalations, print_claims, followers in access exclusive mode;

-- What began before 023 and has ended since.
update order_keys k set shop = o.shop from orders o where o.id = k.order_id and k.shop is null;
update order_items i set shop = o.shop from orders o where o.id = i.order_id and i.shop is null;
update print_claims c set shop = o.shop from orders o where o.id = c.order_id and c.shop is null;
update followers f set shop = o.shop from orders o where o.id = f.order_id and f.shop is null;
update commands c set shop = coalesce(
  case when c.scope ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (select o.shop from orders o where o.id = c.scope::uuid) end,
  c.scope)
where c.shop is null;

alter table order_items drop constraint order_items_order_id_fkey;
alter table escalations drop constraint escalations_order_id_fkey;
alter table print_claims drop constraint print_claims_order_id_fkey;

alter table order_keys alter column shop set not null, drop constraint order_keys_pkey, add primary key (shop, key);
alter table orders drop constraint orders_pkey, add primary key (shop, id);
alter table order_items alter column shop set not null, drop constraint order_items_pkey, add primary key (shop, order_id, line);
alter table commands alter column shop set not null, drop constraint commands_pkey, add primary key (shop, scope, id);
alter table escalations drop constraint escalations_pkey, add primary key (shop, order_id);
alter table print_claims alter column shop set not null, drop constraint print_claims_pkey, add primary key (shop, order_id);
alter table followers alter column shop set not null;

-- By its id alone an order is found only where a token of before 023 does not say the shop.
create index orders_id on orders (id);
drop index commands_refused, commands_at, followers_order;
create index commands_refused on commands (shop, scope) where refused;
create index commands_at on commands (shop, at);
create index followers_order on followers (shop, order_id);

-- Not checked now but by 026, which lets orders through meanwhile.
alter table order_items add foreign key (shop, order_id) references orders (shop, id) on delete cascade
  deferrable initially deferred not valid;
alter table escalations add foreign key (shop, order_id) references orders (shop, id) on delete cascade not valid;
alter table print_claims add foreign key (shop, order_id) references orders (shop, id) on delete cascade not valid;

-- The order that a key has made at a shop.
create or replace function known_order(p_shop text, p_key uuid, p_body_hash bytea) returns orders language plpgsql as $$
declare
  v_known order_keys;
  v_order orders;
begin
  select * into strict v_known from order_keys k where k.shop = p_shop and k.key = p_key;
  if v_known.body_hash <> p_body_hash then
    raise exception 'this Idempotency-Key belongs to another order' using errcode = 'WO005';
  end if;
  select * into v_order from orders o where o.shop = p_shop and o.id = v_known.order_id;
  if not found then
    raise exception 'the order of this Idempotency-Key is no longer kept' using errcode = 'WO008';
  end if;
  return v_order;
end $$;

-- A command that came before, by its id.
create or replace function known_command(p_shop text, p_scope text, p_id uuid) returns commands language sql stable as $$
  select c from commands c where c.shop = p_shop and c.scope = p_scope and c.id = p_id
$$;

-- As before.
create or replace function order_json(o orders) returns json language plpgsql stable as $$
declare
  v_order json := order_json(o, (
    select array_to_json(array_agg(row(i.dish, i.name, i.price_cents, i.quantity, i.note)::wire_item order by i.line))
    from order_items i where i.shop = o.shop and i.order_id = o.id));
begin
  if o.erased_at is not null then
    return (v_order::jsonb || '{"erased":true}')::json;
  end if;
  return v_order;
end $$;

-- As before.
create or replace function claim_print(p_shop text, p_order uuid, p_connection text) returns json language plpgsql as $$
declare
  v_device uuid := (select c.device from connections c where c.id = p_connection);
begin
  if not exists (select from orders o where o.shop = p_shop and o.id = p_order) then
    return refused('not_found', 'there is no such order');
  elsif v_device is null then
    return refused('invalid_request', 'only a screen prints');
  end if;
  insert into print_claims (shop, order_id, device) values (p_shop, p_order, v_device) on conflict do nothing;
  -- A second statement: it sees what the winner of a race has committed in the meantime.
  if exists (select from print_claims c where c.shop = p_shop and c.order_id = p_order and c.device = v_device) then
    return '{"ok":true,"print":true}';
  end if;
  return refused('already_claimed', 'another device prints this order');
end $$;

-- As before.
create or replace function auto_accept(p_shop text, p_from bigint, p_to bigint, p_within interval)
returns table (epoch uuid, seq bigint, event_id uuid, order_id uuid, type text, at text, body json)
language plpgsql as $$
#variable_conflict use_column
declare
  v_id uuid;
  v_locked uuid[];
  v_order orders;
  v_event events;
begin
  select array_agg(o.id order by o.placed_seq) into v_locked from (
    select o.id, o.placed_seq from orders o
    where o.shop = p_shop and o.status = 'placed' and o.placed_seq > p_from and o.placed_seq <= p_to
      and coalesce(o.waits_from, o.placed_at) > clock_timestamp() - p_within
      and exists (select from shops s where s.id = p_shop and s.auto_accept)
    order by o.placed_seq for update
  ) o;
  foreach v_id in array coalesce(v_locked, '{}') loop
    select * into strict v_order from orders o where o.shop = p_shop and o.id = v_id;
    v_event := move_order(v_order, 'accepted', null, usual_minutes(p_shop));
    return query select (select s.epoch from streams s where s.shop = p_shop), v_event.seq, v_event.id, v_event.order_id, v_event.type, wire_time(v_event.at), v_event.body;
  end loop;
end $$;

-- As before.
create or replace function orders_to_tell(p_connection text, p_again interval) returns setof orders language sql as $$
  with due as (
    select f.shop, f.order_id from followers f join orders o on o.shop = f.shop and o.id = f.order_id
    where f.connection = p_connection and (
      f.told_version is distinct from o.version or f.told_at not between now() - p_again and now())
    order by f.order_id
    for no key update of f skip locked
  ), told as (
    update followers f set told_version = o.version, told_at = now()
    from due d join orders o on o.shop = d.shop and o.id = d.order_id
    where f.connection = p_connection and f.order_id = d.order_id
    returning o.shop, o.id, f.since
  )
  select o.* from told t join orders o on o.shop = t.shop and o.id = t.id order by t.since
$$;

-- As before.
create or replace function erase_orders(p_shop text, p_orders uuid[]) returns void language plpgsql as $$
begin
  update orders o set customer_name = '', customer_phone = '', customer_address = '', note = null, erased_at = now()
  where o.shop = p_shop and o.id = any (p_orders);
  update order_items i set note = null where i.shop = p_shop and i.order_id = any (p_orders) and i.note is not null;
  update events e set body = without_customer(e.body)
  where e.shop = p_shop and e.order_id = any (p_orders)
    and e.seq >= (select min(o.placed_seq) from orders o where o.shop = p_shop and o.id = any (p_orders));
  update commands c set outcome = jsonb_set(c.outcome::jsonb, '{order}', without_customer(c.outcome -> 'order')::jsonb)::json
  where c.shop = p_shop and c.scope = any (p_orders::text[]) and c.outcome -> 'order' is not null;
  -- What the shop did to an order lies between its first moment and its last.
  update commands c set outcome = jsonb_set(c.outcome::jsonb, '{order}', without_customer(c.outcome -> 'order')::jsonb)::json
  from orders o
  where o.shop = p_shop and o.id = any (p_orders)
    and c.shop = p_shop and c.scope = p_shop and c.outcome #>> '{order,id}' = o.id::text
    and c.at between o.placed_at - interval '1 minute' and greatest(o.updated_at, o.reminded_at) + interval '1 minute';
end $$;

-- As before.
create or replace function day_report(p_shop text, p_day date) returns table (report json)
language sql stable
begin atomic
  with placed as materialized (
    select o.id, o.number, o.status, o.total_cents,
      o.status not in ('rejected', 'cancelled', 'expired') as counts,
      extract(hour from o.placed_at at time zone s.time_zone)::integer as hour,
      extract(epoch from o.accepted_at - o.placed_at) as accept_seconds
    from orders o join shops s on s.id = o.shop
    where o.shop = p_shop and o.day = (select shop_day(p_shop, p_day))
  ), sold as (
    select i.dish, (array_agg(i.name order by p.number desc))[1] as name, sum(i.quantity) as quantity, sum(i.quantity * i.price_cents::bigint) as takings
    from placed p cross join lateral (
      -- With an offset, so that it is asked order by order: left to itself the planner may read the lines of all shops.
      select i.dish, i.name, i.quantity, i.price_cents from order_items i
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

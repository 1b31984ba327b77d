-- What a shop does besides moving orders: it is busy, it edits its menu, prints every order once, and looks at its day.

-- What it adds to the usual time while it is busy. In steps: the PostgreSQL releases of November 2026 refuse a column
-- that comes with a default as long as a function with an SQL-standard body (shop_json) takes the table's row type.
alter table shops add column busy_minutes integer check (busy_minutes between 0 and 120);
update shops set busy_minutes = 0;
alter table shops alter column busy_minutes set default 0, alter column busy_minutes set not null;

-- When it was accepted: a report asks for it long after the log has been cut.
alter table orders add column accepted_at timestamptz;
update orders o set accepted_at = e.at from events e
where e.type = 'order.accepted' and e.order_id = o.id and e.shop = o.shop;

-- Which device prints an order, for ever. A row of its own: claiming neither waits for the order's row nor changes it.
create table print_claims (
  order_id uuid primary key references orders (id) on delete cascade,
  device uuid not null,
  at timestamptz not null default now()
);

-- A shop as its screens see it, menu included. Customers see it without autoAccept and acceptMinutes.
create or replace function shop_json(s shops) returns json
language sql stable
begin atomic
  select json_build_object('id', s.id, 'name', s.name, 'currency', s.currency, 'open', s.open,
    'online', exists (select from live_screens(s.id)), 'prepMinutes', s.prep_minutes, 'busyMinutes', s.busy_minutes,
    'version', s.version, 'autoAccept', s.auto_accept, 'acceptMinutes', s.accept_minutes,
    'dishes', coalesce((
      select json_agg(json_build_object('id', d.id, 'name', d.name, 'category', d.category,
        'priceCents', d.price_cents, 'available', d.available) order by d.position, d.id)
      from dishes d where d.shop = s.id), '[]'::json));
end;

-- How long an order takes that is accepted now, unless the shop says otherwise.
create function usual_minutes(p_shop text) returns integer
language sql stable
return (select s.prep_minutes + s.busy_minutes from shops s where s.id = p_shop);

-- Moves an order, whose row the caller has locked and checked, to another state and logs that.
create or replace function move_order(o orders, p_to text, p_reason text, p_prep_minutes integer) returns events
language plpgsql as $$
declare
  v_now timestamptz := greatest(clock_timestamp(), o.updated_at);
begin
  update orders set
    status = p_to, version = version + 1, updated_at = v_now, reason = p_reason,
    accepted_at = case when p_to = 'accepted' then v_now else accepted_at end,
    ready_at = case when p_to = 'accepted' then v_now + make_interval(mins => p_prep_minutes) else ready_at end
  where id = o.id
  returning * into strict o;
  return append_event(o, 'order.' || p_to, v_now);
end $$;

-- Accepts what the first acknowledgement of p_from + 1 … p_to brings to a device, if that is soon enough after the
-- order was placed: an order that waited while the shop was away is a person's decision. Orders are locked before the
-- stream, as everywhere.
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
      and o.placed_at > clock_timestamp() - p_within
      and exists (select from shops s where s.id = p_shop and s.auto_accept)
    order by o.placed_seq for update
  ) o;
  foreach v_id in array coalesce(v_locked, '{}') loop
    select * into strict v_order from orders o where o.id = v_id;
    v_event := move_order(v_order, 'accepted', null, usual_minutes(p_shop));
    return query select (select s.epoch from streams s where s.shop = p_shop), v_event.seq, v_event.id, v_event.order_id, v_event.type, wire_time(v_event.at), v_event.body;
  end loop;
end $$;

-- Gives the printing of an order to the device of a screen, if no other has it.
create function claim_print(p_shop text, p_order uuid, p_connection text) returns json
language plpgsql as $$
declare
  v_device uuid := (select c.device from connections c where c.id = p_connection);
begin
  if not exists (select from orders o where o.id = p_order and o.shop = p_shop) then
    return refused('not_found', 'there is no such order');
  elsif v_device is null then
    return refused('invalid_request', 'only a screen prints');
  end if;
  insert into print_claims (order_id, device) values (p_order, v_device) on conflict do nothing;
  -- A second statement: it sees what the winner of a race has committed in the meantime.
  if exists (select from print_claims c where c.order_id = p_order and c.device = v_device) then
    return '{"ok":true,"print":true}';
  end if;
  return refused('already_claimed', 'another device prints this order');
end $$;

-- Puts a dish on the menu or changes it; null, or why not. A dish that is new in its category goes behind the last there,
-- or behind everything when the category is new. The caller holds the shop's row.
create function put_dish(p_shop text, p_dish jsonb) returns json
language plpgsql as $$
declare
  v_id text := p_dish ->> 'dish';
  v_category text := p_dish ->> 'category';
  v_position integer;
begin
  select d.position into v_position from dishes d where d.shop = p_shop and d.id = v_id and d.category = v_category;
  if not found then
    -- As many as init_db takes.
    if (select count(*) from dishes d where d.shop = p_shop and d.id <> v_id) >= 1000 then
      return refused('menu_full', 'a menu holds at most 1000 dishes');
    end if;
    select coalesce(max(d.position) filter (where d.category = v_category), max(d.position), 0) + 1 into v_position
    from dishes d where d.shop = p_shop and d.id <> v_id;
    update dishes d set position = d.position + 1 where d.shop = p_shop and d.position >= v_position;
  end if;
  insert into dishes (shop, id, name, category, price_cents, available, position)
  values (p_shop, v_id, p_dish ->> 'name', v_category, (p_dish ->> 'priceCents')::integer, (p_dish ->> 'available')::boolean, v_position)
  on conflict (shop, id) do update set name = excluded.name, category = excluded.category, price_cents = excluded.price_cents,
    available = excluded.available, position = excluded.position;
  return null;
end $$;

-- Puts the dishes in the order of p_ids, a JSON array that names each of them once; null, or why not. The caller holds
-- the shop's row.
create function order_dishes(p_shop text, p_ids jsonb) returns json
language plpgsql as $$
begin
  -- As many as there are, and every one that is there: so none twice, and none that is not.
  if jsonb_array_length(p_ids) <> (select count(*) from dishes d where d.shop = p_shop)
    or exists (select from dishes d where d.shop = p_shop and not p_ids ? d.id) then
    return refused('version_conflict', 'the menu has changed');
  end if;
  update dishes d set position = n.place
  from jsonb_array_elements_text(p_ids) with ordinality as n (id, place) where d.shop = p_shop and d.id = n.id;
  return null;
end $$;

-- Changes settings or menu as p_change, an operation of the wire, says; null, or why not.
create function change_shop(p_shop text, p_change jsonb) returns json
language plpgsql as $$
declare
  v_refusal json;
begin
  -- The shop before its dishes, as in upsert_shop: locked the other way round, the two could wait for each other.
  perform from shops where id = p_shop for update;
  case p_change ->> 'op'
    when 'set_dish' then
      update dishes set available = (p_change ->> 'available')::boolean where shop = p_shop and id = p_change ->> 'dish';
      v_refusal := case when not found then refused('not_found', 'there is no such dish') end;
    when 'remove_dish' then
      delete from dishes where shop = p_shop and id = p_change ->> 'dish';
      v_refusal := case when not found then refused('not_found', 'there is no such dish') end;
    when 'put_dish' then
      v_refusal := put_dish(p_shop, p_change);
    when 'order_dishes' then
      v_refusal := order_dishes(p_shop, p_change -> 'dishes');
    else
  end case;
  if v_refusal is null then
    update shops set
      version = version + 1,
      open = coalesce((p_change ->> 'open')::boolean, open),
      auto_accept = coalesce((p_change ->> 'autoAccept')::boolean, auto_accept),
      prep_minutes = coalesce((p_change ->> 'prepMinutes')::integer, prep_minutes),
      busy_minutes = coalesce((p_change ->> 'busyMinutes')::integer, busy_minutes)
    where id = p_shop;
  end if;
  return v_refusal;
end $$;

-- Runs a command as one autocommitted statement. The same id with the same content is answered with the outcome that
-- was committed, refusals of the state machine included; with other content it is refused. p_operation is the operation
-- as the frame has it, p_order its order (null for an id that cannot be one). p_customer says that the holder of the
-- order's token asks, not the shop. seq is null when nothing was logged. p_connection is the screen that asks: the
-- result tells it what the event would, so if it had everything before, the event counts as acknowledged there and costs
-- no call of its own.
drop function run_command(text, uuid, bytea, text, boolean, text, uuid, integer, text, integer, boolean, text, text);
create function run_command(
  p_scope text, p_id uuid, p_content_hash bytea, p_shop text, p_customer boolean, p_operation jsonb, p_order uuid, p_connection text,
  out outcome json, out shop_changed boolean, out epoch uuid, out seq bigint, out event_id uuid, out order_id uuid, out type text, out at text, out body json
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_known commands;
  v_order orders;
  v_event events;
  v_op text := p_operation ->> 'op';
  v_to text := case v_op when 'accept' then 'accepted' when 'reject' then 'rejected' when 'ready' then 'ready'
    when 'complete' then 'completed' when 'cancel' then 'cancelled' end;
  v_reason text := case when v_op = 'cancel' and p_customer then 'customer_request'
    when v_op in ('reject', 'cancel') then coalesce(p_operation ->> 'reason', 'other') end;
begin
  shop_changed := false;
  insert into commands (scope, id, content_hash) values (p_scope, p_id, p_content_hash) on conflict do nothing;
  if not found then
    select * into strict v_known from commands where scope = p_scope and id = p_id;
    outcome := case
      when v_known.content_hash <> p_content_hash then refused('invalid_request', 'this command id belongs to another command')
      -- Keyed by the device, so that another one that comes with the same id does not print as well.
      when v_op = 'claim_print' then claim_print(p_shop, p_order, p_connection)
      else v_known.outcome end;
    return;
  end if;

  if v_op = 'claim_print' then
    outcome := claim_print(p_shop, p_order, p_connection);
  elsif not p_operation ? 'order' then
    outcome := change_shop(p_shop, p_operation);
    shop_changed := outcome is null;
    outcome := coalesce(outcome, '{"ok":true}');
  else
    select * into v_order from orders where id = p_order and shop = p_shop for update;
    if not found then
      outcome := refused('not_found', 'there is no such order');
    elsif v_op = 'remind' then
      if v_order.status not in ('placed', 'accepted', 'ready') then
        outcome := refused('invalid_transition', 'the order is ' || v_order.status, v_order);
      elsif v_order.reminded_at > clock_timestamp() - interval '1 minute' then
        -- Not kept: the same command may be tried again.
        delete from commands where scope = p_scope and id = p_id;
        outcome := refused('rate_limited', 'at most one reminder a minute');
        return;
      else
        update orders set reminded_at = clock_timestamp() where id = p_order returning * into strict v_order;
        v_event := append_event(v_order, 'order.reminded', v_order.reminded_at);
      end if;
    elsif v_order.version <> (p_operation ->> 'version')::integer then
      outcome := refused('version_conflict', 'the order has changed', v_order);
    elsif not may_become(v_order.status, v_to) or (p_customer and v_order.status <> 'placed') then
      outcome := refused('invalid_transition', 'the order is ' || v_order.status, v_order);
    else
      v_event := move_order(v_order, v_to, v_reason, coalesce((p_operation ->> 'prepMinutes')::integer, usual_minutes(p_shop)));
    end if;
    if v_event.seq is not null then
      outcome := json_build_object('ok', true, 'order', v_event.body);
      select s.epoch into epoch from streams s where s.shop = p_shop;
      seq := v_event.seq;
      event_id := v_event.id;
      order_id := v_event.order_id;
      type := v_event.type;
      at := wire_time(v_event.at);
      body := v_event.body;
      update connections c set acked_seq = v_event.seq
      where c.id = p_connection and c.acked_seq = v_event.seq - 1 and c.page_seq is null;
    end if;
  end if;
  update commands set outcome = run_command.outcome where scope = p_scope and id = p_id;
end $$;

-- The day that is asked for, by default the present one of the shop.
create function shop_day(p_shop text, p_day date) returns date
language sql stable
return coalesce(p_day, (select (now() at time zone s.time_zone)::date from shops s where s.id = p_shop));

-- A shop's day in figures, as the wire has them. Numbers of a day lie together in the key (shop, day, number), so what
-- it reads is that day and nothing of the years before.
create function day_report(p_shop text, p_day date) returns table (report json)
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
      select i.dish, i.name, i.quantity, i.price_cents from order_items i where i.order_id = p.id offset 0
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
    'open', t.open, 'takingsCents', t.takings, 'acceptSecondsAverage', t.average, 'acceptSecondsP95', t.p95,
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
      round(avg(accept_seconds), 1) as average,
      round(percentile_cont(0.95) within group (order by accept_seconds)::numeric, 1) as p95
    from placed
  ) t
  where s.id = p_shop;
end;

-- A shop's orders of a day whose numbers are above p_after, by number, at most p_limit.
create function day_orders(p_shop text, p_day date, p_after integer, p_limit integer) returns table (number integer, body json)
language sql stable
begin atomic
  select o.number, order_json(o) from orders o
  where o.shop = p_shop and o.day = p_day and o.number > p_after
  order by o.number limit p_limit;
end;

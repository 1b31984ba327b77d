-- A shop that is paused opens again by itself, also when no screen of it is there. A day in figures tells what was accepted
-- from what is completed.

-- While a shop is paused it is closed, until a moment; how long the pause was to be bounds that moment when the clock was
-- wrong.
alter table shops add column paused_until timestamptz;
alter table shops add column pause_minutes integer check (pause_minutes between 1 and 240);
create index shops_paused on shops (paused_until) where paused_until is not null;

create or replace function shop_json(s shops) returns json
language plpgsql stable as $$
begin
  return json_build_object('id', s.id, 'name', s.name, 'currency', s.currency, 'timeZone', s.time_zone, 'open', s.open,
    'pausedUntil', wire_time(s.paused_until), 'online', exists (select from live_screens(s.id)), 'prepMinutes', s.prep_minutes, 'busyMinutes', s.busy_minutes,
    'version', s.version, 'autoAccept', s.auto_accept, 'acceptMinutes', s.accept_minutes,
    'dishes', coalesce((
      select json_agg(json_build_object('id', d.id, 'name', d.name, 'category', d.category,
        'priceCents', d.price_cents, 'available', d.available) order by d.position, d.id)
      from dishes d where d.shop = s.id), '[]'::json));
end $$;

-- Changes settings or menu as p_change, an operation of the wire, says; null, or why not.
create or replace function change_shop(p_shop text, p_change jsonb) returns json
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
    when 'move_dish' then
      v_refusal := move_dish(p_shop, p_change ->> 'dish', p_change ->> 'before');
    when 'move_category' then
      v_refusal := move_category(p_shop, p_change ->> 'category', p_change ->> 'before');
    when 'rename_category' then
      update dishes set category = p_change ->> 'name' where shop = p_shop and category = p_change ->> 'category';
      v_refusal := case when not found then refused('not_found', 'there is no such category') end;
    else
  end case;
  if v_refusal is null then
    update shops set
      version = version + 1,
      open = case when p_change ->> 'op' = 'pause' then false else coalesce((p_change ->> 'open')::boolean, open) end,
      pause_minutes = case p_change ->> 'op'
        when 'pause' then (p_change ->> 'minutes')::integer when 'set_open' then null else pause_minutes end,
      paused_until = case p_change ->> 'op'
        when 'pause' then clock_timestamp() + make_interval(mins => (p_change ->> 'minutes')::integer)
        when 'set_open' then null else paused_until end,
      auto_accept = coalesce((p_change ->> 'autoAccept')::boolean, auto_accept),
      prep_minutes = coalesce((p_change ->> 'prepMinutes')::integer, prep_minutes),
      busy_minutes = coalesce((p_change ->> 'busyMinutes')::integer, busy_minutes)
    where id = p_shop;
  end if;
  return v_refusal;
end $$;

-- Creates a shop or brings it up to what p_shop says; keys that are absent leave what is there. With "dishes" the menu
-- becomes exactly that list, in its order; a dish keeps its availability unless it is given. The key's hash counts only
-- for a shop that is new, and "open", whatever it says, ends a pause; the answer says whether this key is the shop's, so that it is the same when the call is repeated.
create or replace function upsert_shop(p_shop jsonb, p_key_hash bytea) returns boolean
language plpgsql as $$
declare
  v_id text := p_shop ->> 'id';
  v_time_zone text := coalesce(p_shop ->> 'timeZone', (select s.time_zone from shops s where s.id = v_id), 'Asia/Shanghai');
  v_created boolean;
  v_before jsonb;
begin
  -- An offset such as +08:00 is no name: PostgreSQL counts it westwards, everybody else eastwards.
  if v_time_zone !~ '^[A-Za-z]' then
    raise exception 'the time zone must be a name, as in Asia/Shanghai' using errcode = 'WO009';
  end if;
  begin
    perform clock_timestamp() at time zone v_time_zone;
  exception when invalid_parameter_value then
    raise exception 'the time zone is unknown to the database' using errcode = 'WO009';
  end;
  insert into shops (id, name, currency, time_zone, key_hash)
  values (v_id, p_shop ->> 'name', p_shop ->> 'currency', v_time_zone, p_key_hash)
  on conflict (id) do nothing;
  v_created := found;
  insert into streams (shop) values (v_id) on conflict do nothing;
  insert into shop_acks (shop) values (v_id) on conflict do nothing;

  -- Two statements: what is read in the one that waits for the lock may be older than what the lock guards.
  perform from shops s where s.id = v_id for update;
  select shop_json(s)::jsonb - 'online' into v_before from shops s where s.id = v_id;
  update shops s set
    name = p_shop ->> 'name', currency = p_shop ->> 'currency', time_zone = v_time_zone,
    prep_minutes = coalesce((p_shop ->> 'prepMinutes')::integer, s.prep_minutes),
    accept_minutes = coalesce((p_shop ->> 'acceptMinutes')::integer, s.accept_minutes),
    auto_accept = coalesce((p_shop ->> 'autoAccept')::boolean, s.auto_accept),
    open = coalesce((p_shop ->> 'open')::boolean, s.open),
    pause_minutes = case when p_shop ? 'open' then null else s.pause_minutes end,
    paused_until = case when p_shop ? 'open' then null else s.paused_until end,
    webhook_url = case when p_shop ? 'webhook' then p_shop #>> '{webhook,url}' else s.webhook_url end,
    webhook_secret = case when p_shop ? 'webhook' then p_shop #>> '{webhook,secret}' else s.webhook_secret end
  where s.id = v_id;
  if p_shop ? 'dishes' then
    delete from dishes d where d.shop = v_id
      and not exists (select from jsonb_array_elements(p_shop -> 'dishes') n where n ->> 'id' = d.id);
    insert into dishes as d (shop, id, name, category, price_cents, available, position)
    select v_id, n.value ->> 'id', n.value ->> 'name', coalesce(n.value ->> 'category', ''), (n.value ->> 'priceCents')::integer,
      coalesce((n.value ->> 'available')::boolean, true), n.place
    from jsonb_array_elements(p_shop -> 'dishes') with ordinality as n (value, place)
    on conflict (shop, id) do update set
      name = excluded.name, category = excluded.category, price_cents = excluded.price_cents, position = excluded.position,
      available = coalesce((p_shop -> 'dishes' -> (excluded.position - 1) ->> 'available')::boolean, d.available);
  end if;
  update shops s set version = s.version + 1
  where s.id = v_id and not v_created and shop_json(s)::jsonb - 'online' <> v_before;
  return exists (select from shops s where s.id = v_id and s.key_hash = p_key_hash);
end $$;

-- Opens the shops whose pause is over, at most p_limit, and answers which. The next run takes those that others hold.
create function reopen_shops(p_limit integer) returns table (shop text)
language sql
begin atomic
  update shops s set open = true, paused_until = null, pause_minutes = null, version = s.version + 1
  where s.id in (
    select p.id from shops p where p.paused_until <= now() order by p.paused_until for update skip locked limit p_limit)
  returning s.id;
end;

-- Pauses go on where they were when the clock has been set by p_step, as all waits do, and end no later than they would
-- if they began now.
create function settle_pauses(p_now timestamptz, p_step interval) returns void
language sql
begin atomic
  update shops s set
    paused_until = case when p_step > interval '90 seconds' then s.paused_until + p_step
      else least(s.paused_until + least(p_step, interval '0'), p_now + make_interval(mins => s.pause_minutes)) end,
    version = s.version + 1
  where s.id in (
    select p.id from shops p
    where p.paused_until is not null
      and case when p_step > interval '90 seconds' then p.paused_until > p_now - p_step
        else p.paused_until > p_now + make_interval(mins => p.pause_minutes) + interval '5 seconds' end
    order by p.id for update skip locked);
end;

create or replace function settle_clock(p_lease interval) returns interval
language plpgsql as $$
declare
  v_before timestamptz;
  v_now timestamptz;
  v_step interval;
begin
  insert into chores (name, done_at) values ('clock', clock_timestamp()) on conflict do nothing;
  select done_at into strict v_before from chores where name = 'clock' for update;
  v_now := clock_timestamp();
  update chores set done_at = v_now where name = 'clock';
  v_step := v_now - v_before;
  if v_step > interval '90 seconds' then
    perform settle_forward(v_before, v_now, p_lease);
  else
    perform settle_back(v_now, least(v_step, interval '0'), p_lease);
  end if;
  perform settle_pauses(v_now, v_step);
  if v_step between interval '-5 seconds' and interval '90 seconds' then
    return null;
  end if;
  -- Nothing is cut or forgotten for an hour: until then somebody may have noticed that the clock is wrong.
  update chores set done_at = v_now where name <> 'clock';
  return v_step;
end $$;

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

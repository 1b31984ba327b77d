-- How and when a shop sells: its hours, pickup and delivery, discounts, orders for later, and what it says of itself. They
-- are kept as the wire has them, whole.

alter table shops
  add column hours jsonb not null default '{"week":[[],[],[],[],[],[],[]],"exceptions":[]}',
  -- when its hours next open or close it: then the timer tells those who look
  add column hours_change_at timestamptz,
  add column pickup boolean not null default false,
  -- null: it does not deliver
  add column delivery jsonb default '{"minimumCents":0,"feeCents":0,"freeFromCents":null,"areas":[]}',
  add column discounts jsonb not null default '[]',
  -- null: it takes no orders for later
  add column later jsonb,
  add column about jsonb not null default '{}';
create index shops_hours_change on shops (hours_change_at) where hours_change_at is not null;

-- Whether hours hold nothing at all, which is the same as always.
create function is_always(p_hours jsonb) returns boolean
language sql immutable as $$
  select p_hours -> 'week' = '[[],[],[],[],[],[],[]]' and p_hours -> 'exceptions' = '[]'
$$;

-- The periods that begin on the days from p_from to p_to, as instants. A time that the clocks of a day jump over is as much
-- later, one that they have twice is the second. A day that a place never had (it went over the date line) has none.
create function periods_of(p_hours jsonb, p_zone text, p_from date, p_to date)
returns table (begins_at timestamptz, ends_at timestamptz)
language sql stable as $$
  select i.begins_at, i.ends_at
  from generate_series(p_from, p_to, interval '1 day') as g (day)
  cross join lateral jsonb_to_recordset(coalesce(
    (select e -> 'periods' from jsonb_array_elements(p_hours -> 'exceptions') e where (e ->> 'date')::date = g.day),
    case when p_hours -> 'week' = '[[],[],[],[],[],[],[]]' then '[{"from":"00:00","to":"00:00"}]'
      else p_hours -> 'week' -> (extract(isodow from g.day)::integer - 1) end)) as p ("from" time, "to" time)
  cross join lateral (select
    (g.day::date + p."from") at time zone p_zone as begins_at,
    (g.day::date + p."to" + case when p."to" > p."from" then interval '0' else interval '1 day' end) at time zone p_zone as ends_at) i
  where i.begins_at < i.ends_at
    and ((g.day::date + time '12:00') at time zone p_zone at time zone p_zone)::date = g.day::date
$$;

-- Whether a moment lies within the hours, and when that changes. Periods that meet are one. Null: not within two months.
create function hours_at(p_hours jsonb, p_zone text, p_at timestamptz, out is_open boolean, out changes_at timestamptz)
language plpgsql stable as $$
declare
  v_today date := (p_at at time zone p_zone)::date;
  v_days integer;
  v_period record;
begin
  is_open := is_always(p_hours);
  if is_open then
    return;
  end if;
  -- Nearly always the next days tell.
  foreach v_days in array array[8, 62] loop
    is_open := false;
    changes_at := null;
    for v_period in
      select begins_at, ends_at from periods_of(p_hours, p_zone, v_today - 2, v_today + v_days) where ends_at > p_at order by 1
    loop
      if v_period.begins_at <= p_at then
        is_open := true;
        changes_at := greatest(changes_at, v_period.ends_at);
      elsif not is_open then
        changes_at := v_period.begins_at;
        return;
      elsif v_period.begins_at > changes_at then
        return;
      else
        changes_at := greatest(changes_at, v_period.ends_at);
      end if;
    end loop;
    -- Closed for good after that, as far as these days tell.
    if is_open and changes_at < (v_today + v_days)::timestamp at time zone p_zone then
      return;
    end if;
  end loop;
  changes_at := null;
end $$;

-- Whether a shop takes orders at a moment, when it next does, and until when, as far as that is known.
create function opening_of(s shops, p_at timestamptz, out is_open boolean, out opens_at timestamptz, out closes_at timestamptz)
language plpgsql stable as $$
declare
  v_hours record;
begin
  v_hours := hours_at(s.hours, s.time_zone, p_at);
  is_open := s.open and v_hours.is_open;
  if is_open then
    closes_at := v_hours.changes_at;
  elsif s.open then
    opens_at := v_hours.changes_at;
  elsif s.paused_until is not null then
    v_hours := hours_at(s.hours, s.time_zone, greatest(s.paused_until, p_at));
    opens_at := case when v_hours.is_open then greatest(s.paused_until, p_at) else v_hours.changes_at end;
  end if;
end $$;

-- Notes when a shop's hours next open or close it. Whoever has changed hours or time zone calls this.
create function note_hours_change(p_shop text) returns void
language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
begin
  update shops s set hours_change_at = case when not is_always(s.hours) then
    coalesce((hours_at(s.hours, s.time_zone, v_now)).changes_at, v_now + interval '7 days') end
  where s.id = p_shop;
end $$;

-- What p_new, of an operation or of an event of init_db, says of how a shop sells. What is absent stays.
create function set_terms(p_shop text, p_new jsonb) returns void
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
  if p_new ?| '{hours,timeZone}' then
    perform note_hours_change(p_shop);
  end if;
end $$;

-- A shop without its menu: to its screens, or to everybody (p_public).
create or replace function shop_settings(s shops, p_public boolean) returns text
language plpgsql stable as $$
declare
  v_opening record;
  v_settings text;
begin
  v_opening := opening_of(s, clock_timestamp());
  v_settings := json_build_object('id', s.id, 'name', s.name, 'currency', s.currency, 'timeZone', s.time_zone,
    'open', v_opening.is_open, 'isSwitchedOn', s.open, 'opensAt', wire_time(v_opening.opens_at),
    'closesAt', wire_time(v_opening.closes_at),
    'pausedUntil', wire_time(s.paused_until), 'online', exists (select from live_screens(s.id)),
    'prepMinutes', s.prep_minutes, 'busyMinutes', s.busy_minutes, 'version', s.version,
    'hours', s.hours, 'pickup', s.pickup, 'delivery', s.delivery, 'discounts', s.discounts, 'later', s.later,
    'about', s.about)::text;
  if p_public then
    return v_settings;
  end if;
  return left(v_settings, -1) || ', "autoAccept" : ' || s.auto_accept || ', "acceptMinutes" : ' || s.accept_minutes || '}';
end $$;

-- What tells one state of what everybody sees of a shop from another.
create or replace function shop_state(s shops) returns text
language plpgsql stable as $$
declare
  v_opening record;
begin
  v_opening := opening_of(s, clock_timestamp());
  return s.id || ' ' || extract(epoch from s.created_at) || ' ' || s.version || ' ' || exists (select from live_screens(s.id))
    || ' ' || v_opening.is_open || coalesce(' ' || extract(epoch from coalesce(v_opening.opens_at, v_opening.closes_at)), '');
end $$;

-- Opens the shops whose pause is over, and tells that shops have opened or closed by their hours: at most p_limit of each.
-- Answers which, for somebody to tell those who look. The next run takes those that others hold.
create or replace function reopen_shops(p_limit integer) returns table (shop text)
language sql as $$
  with opened as (
    update shops s set open = true, paused_until = null, pause_minutes = null, version = s.version + 1
    where s.id in (
      select p.id from shops p where p.paused_until <= now() order by p.paused_until for update skip locked limit p_limit)
    returning s.id, s.version
  ), changed as (
    update shops s set version = s.version + 1,
      hours_change_at = coalesce((hours_at(s.hours, s.time_zone, now())).changes_at, now() + interval '7 days')
    where s.id in (
      select p.id from shops p
      where p.hours_change_at <= now() and (p.paused_until <= now()) is not true
      order by p.hours_change_at for update skip locked limit p_limit)
    returning s.id, s.version
  ), told as (
    select o.id, o.version from opened o union all select c.id, c.version from changed c
  ), stored as (
    update menus m set version = t.version from told t where m.shop = t.id and m.version = t.version - 1
  )
  select t.id from told t
$$;

-- Pauses go on where they were when the clock has been set by p_step, as all waits do, and end no later than they would
-- if they began now. Hours go by the clock as it is now.
create or replace function settle_pauses(p_now timestamptz, p_step interval) returns void
language sql as $$
  update shops s set hours_change_at = p_now
  where s.id in (
    select p.id from shops p
    where p.hours_change_at is not null and p_step not between interval '-5 seconds' and interval '90 seconds'
    order by p.id for update skip locked);
  with settled as (
    update shops s set
      paused_until = case when p_step > interval '90 seconds' then s.paused_until + p_step
        else least(s.paused_until + least(p_step, interval '0'), p_now + make_interval(mins => s.pause_minutes)) end,
      version = s.version + 1
    where s.id in (
      select p.id from shops p
      where p.paused_until is not null
        and case when p_step > interval '90 seconds' then p.paused_until > p_now - p_step
          else p.paused_until > p_now + make_interval(mins => p.pause_minutes) + interval '5 seconds' end
      order by p.id for update skip locked)
    returning s.id, s.version
  )
  update menus m set version = s.version from settled s where m.shop = s.id and m.version = s.version - 1;
$$;

-- Changes settings or menu as p_change, an operation of the wire, says; null, or why not.
create or replace function change_shop(p_shop text, p_change jsonb) returns json
language plpgsql as $$
declare
  v_refusal json;
  v_now timestamptz;
begin
  -- The shop before its dishes, as in upsert_shop: locked the other way round, the two could wait for each other.
  perform from shops where id = p_shop for update;
  case p_change ->> 'op'
    when 'set_dish' then
      update dishes set available = (p_change ->> 'available')::boolean where shop = p_shop and id = p_change ->> 'dish';
      v_refusal := case when not found then refused('not_found', 'there is no such dish') end;
    when 'set_choice' then
      v_refusal := set_choice(p_shop, p_change);
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
    v_now := clock_timestamp();
    update shops set
      version = version + 1,
      open = case when p_change ->> 'op' = 'pause' then false else coalesce((p_change ->> 'open')::boolean, open) end,
      pause_minutes = case p_change ->> 'op'
        when 'pause' then (p_change ->> 'minutes')::integer when 'set_open' then null else pause_minutes end,
      paused_until = case p_change ->> 'op'
        when 'pause' then v_now + make_interval(mins => (p_change ->> 'minutes')::integer)
        when 'set_open' then null else paused_until end,
      auto_accept = coalesce((p_change ->> 'autoAccept')::boolean, auto_accept),
      prep_minutes = coalesce((p_change ->> 'prepMinutes')::integer, prep_minutes),
      busy_minutes = coalesce((p_change ->> 'busyMinutes')::integer, busy_minutes)
    where id = p_shop;
    perform set_terms(p_shop, p_change);
    perform store_menu(p_shop);
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
  select shop_json(s)::jsonb - '{online,open,opensAt,closesAt}'::text[] into v_before from shops s where s.id = v_id;
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
  perform set_terms(v_id, p_shop);
  if p_shop ? 'dishes' then
    perform replace_menu(v_id, p_shop -> 'dishes');
  end if;
  update shops s set version = s.version + 1
  where s.id = v_id and not v_created and shop_json(s)::jsonb - '{online,open,opensAt,closesAt}'::text[] <> v_before;
  perform store_menu(v_id);
  return exists (select from shops s where s.id = v_id and s.key_hash = p_key_hash);
end $$;

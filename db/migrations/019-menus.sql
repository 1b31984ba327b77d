-- A menu is stored as it is served: whoever reads a shop takes the text, and builds nothing. The shop's version says
-- whether it is the present one: what was changed by the version before, while this migration came, is built anew.

create table menus (
  shop text primary key references shops (id) on delete cascade,
  -- of the shop, when this was its menu
  version bigint not null,
  -- a JSON array of DISHes
  dishes text not null,
  bytes integer not null
);

-- A shop's menu as the wire has it, built from its dishes.
create function menu_text(p_shop text) returns text
language sql stable
begin atomic
  select coalesce(json_agg(json_build_object('id', d.id, 'name', d.name, 'category', d.category,
    'priceCents', d.price_cents, 'available', d.available) order by d.position, d.id), '[]'::json)::text
  from dishes d where d.shop = p_shop;
end;

-- Stores the menu of a shop. Whoever has changed a shop calls this in the same transaction, whose lock of the shop's row it
-- relies on.
create function store_menu(p_shop text) returns void
language sql volatile
begin atomic
  insert into menus as m (shop, version, dishes, bytes)
  select s.id, s.version, t.dishes, octet_length(t.dishes)
  from shops s cross join lateral (select menu_text(s.id) as dishes) t where s.id = p_shop
  on conflict (shop) do update set version = excluded.version, bytes = excluded.bytes,
    -- The same text is not written again.
    dishes = case when m.dishes = excluded.dishes then m.dishes else excluded.dishes end;
end;

select store_menu(id) from shops;

-- A shop without its menu: to its screens, or to everybody (p_public).
create function shop_settings(s shops, p_public boolean) returns text
language plpgsql stable as $$
declare
  v_settings text := json_build_object('id', s.id, 'name', s.name, 'currency', s.currency, 'timeZone', s.time_zone, 'open', s.open,
    'pausedUntil', wire_time(s.paused_until), 'online', exists (select from live_screens(s.id)),
    'prepMinutes', s.prep_minutes, 'busyMinutes', s.busy_minutes, 'version', s.version)::text;
begin
  if p_public then
    return v_settings;
  end if;
  return left(v_settings, -1) || ', "autoAccept" : ' || s.auto_accept || ', "acceptMinutes" : ' || s.accept_minutes || '}';
end $$;

-- The same with the menu.
create function shop_text(s shops, p_public boolean) returns text
language plpgsql stable as $$
begin
  return left(shop_settings(s, p_public), -1) || ', "dishes" : ' || coalesce(
    (select m.dishes from menus m where m.shop = s.id and m.version = s.version), menu_text(s.id)) || '}';
end $$;

-- What tells one state of what everybody sees of a shop from another.
create function shop_state(s shops) returns text
language plpgsql stable as $$
begin
  return s.id || ' ' || extract(epoch from s.created_at) || ' ' || s.version || ' ' || exists (select from live_screens(s.id));
end $$;

-- The shops after p_after, in the order of ids: at most p_limit, and no more than fill p_bytes, with one beyond either.
create function shops_page(p_after text, p_limit integer, p_bytes bigint) returns table (id text)
language sql stable
begin atomic
  select p.id from (
    select s.id, sum(coalesce(m.bytes, 0) + 600) over (order by s.id) - coalesce(m.bytes, 0) - 600 as before
    from (select s.id from shops s where s.id > p_after order by s.id limit p_limit + 1) s left join menus m on m.shop = s.id
  ) p
  where p.before <= p_bytes
  order by p.id;
end;

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
  perform store_menu(v_id);
  return exists (select from shops s where s.id = v_id and s.key_hash = p_key_hash);
end $$;

-- Opens the shops whose pause is over, at most p_limit, and answers which. The next run takes those that others hold.
create or replace function reopen_shops(p_limit integer) returns table (shop text)
language sql
begin atomic
  with opened as (
    update shops s set open = true, paused_until = null, pause_minutes = null, version = s.version + 1
    where s.id in (
      select p.id from shops p where p.paused_until <= now() order by p.paused_until for update skip locked limit p_limit)
    returning s.id, s.version
  ), stored as (
    update menus m set version = o.version from opened o where m.shop = o.id and m.version = o.version - 1
  )
  select o.id from opened o;
end;

-- Pauses go on where they were when the clock has been set by p_step, as all waits do, and end no later than they would
-- if they began now.
create or replace function settle_pauses(p_now timestamptz, p_step interval) returns void
language sql
begin atomic
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
end;

-- More on a dish: what it is, what is in it, what it looks like, what its packaging costs, and what may be chosen with it.

alter table dishes
  add column description text not null default '' check (char_length(description) <= 300),
  -- a JSON array of codes
  add column allergens jsonb not null default '[]',
  add column image_url text check (char_length(image_url) <= 500),
  add column packaging_cents integer not null default 0 check (packaging_cents between 0 and 1000000),
  -- a JSON array of groups as the wire has them, whole: what is left out when a dish is put has its usual value here
  add column options jsonb not null default '[]';

-- A dish as the wire has it. What it does not have is absent; most have nothing, and taking nulls away costs more than all
-- the rest.
create function dish_json(d dishes) returns json
language sql stable as $$
  select case when d.description = '' and d.allergens = '[]' and d.image_url is null and d.packaging_cents = 0 and d.options = '[]'
    then json_build_object('id', d.id, 'name', d.name, 'category', d.category, 'priceCents', d.price_cents,
      'available', d.available)
    else json_strip_nulls(json_build_object('id', d.id, 'name', d.name, 'category', d.category, 'priceCents', d.price_cents,
      'available', d.available, 'description', nullif(d.description, ''), 'allergens', nullif(d.allergens, '[]'),
      'imageUrl', d.image_url, 'packagingCents', nullif(d.packaging_cents, 0), 'options', nullif(d.options, '[]'))) end
$$;

-- A shop's menu as the wire has it, built from its dishes.
create or replace function menu_text(p_shop text) returns text
language sql stable as $$
  select coalesce(json_agg(dish_json(d) order by d.position, d.id), '[]'::json)::text from dishes d where d.shop = p_shop
$$;

-- The shop as its screens see it, with its menu as it is in this moment, stored or not.
create or replace function shop_json(s shops) returns json
language plpgsql stable as $$
begin
  return (left(shop_settings(s, false), -1) || ', "dishes" : ' || menu_text(s.id) || '}')::json;
end $$;

-- Groups of options as they are kept: a choice that does not say whether it can be had is as it was in p_before, if it
-- was there, and otherwise can.
create function whole_options(p_options jsonb, p_before jsonb) returns jsonb
language sql immutable as $$
  select coalesce(jsonb_agg(o.value || jsonb_build_object('choices', (
    select jsonb_agg(jsonb_build_object('available', coalesce((
      select c_before.value -> 'available'
      from jsonb_array_elements(p_before) o_before (value)
      cross join lateral jsonb_array_elements(o_before.value -> 'choices') c_before (value)
      where o_before.value ->> 'id' = o.value ->> 'id' and c_before.value ->> 'id' = c.value ->> 'id'), 'true')) || c.value
      order by c.place)
    from jsonb_array_elements(o.value -> 'choices') with ordinality as c (value, place))) order by o.place), '[]')
  from jsonb_array_elements(p_options) with ordinality as o (value, place)
$$;

-- Changes a dish or adds it, at the end of its category. Details that are absent stay; empty or null takes them away.
create or replace function put_dish(p_shop text, p_dish jsonb) returns json
language plpgsql as $$
declare
  v_id text := p_dish ->> 'dish';
  v_category text := p_dish ->> 'category';
  v_position integer;
begin
  -- As many, and as much, as init_db takes.
  if (select m.bytes from menus m where m.shop = p_shop) + octet_length(p_dish::text) > 2000000 then
    return refused('menu_full', 'a menu holds at most 2 MB');
  end if;
  select d.position into v_position from dishes d where d.shop = p_shop and d.id = v_id and d.category = v_category;
  if not found then
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
  update dishes d set
    description = coalesce(p_dish ->> 'description', d.description),
    allergens = coalesce(p_dish -> 'allergens', d.allergens),
    image_url = case when p_dish ? 'imageUrl' then p_dish ->> 'imageUrl' else d.image_url end,
    packaging_cents = coalesce((p_dish ->> 'packagingCents')::integer, d.packaging_cents),
    options = case when p_dish ? 'options' then whole_options(p_dish -> 'options', d.options) else d.options end
  where d.shop = p_shop and d.id = v_id and p_dish ?| '{description,allergens,imageUrl,packagingCents,options}';
  return null;
end $$;

-- A choice of a dish is sold out, or there again.
create function set_choice(p_shop text, p_change jsonb) returns json
language plpgsql as $$
begin
  update dishes d set options = jsonb_set(d.options, c.path, p_change -> 'available')
  from (
    select array[(o.place - 1)::text, 'choices', (c.place - 1)::text, 'available'] as path
    from dishes d
    cross join lateral jsonb_array_elements(d.options) with ordinality as o (value, place)
    cross join lateral jsonb_array_elements(o.value -> 'choices') with ordinality as c (value, place)
    where d.shop = p_shop and d.id = p_change ->> 'dish'
      and o.value ->> 'id' = p_change ->> 'option' and c.value ->> 'id' = p_change ->> 'choice'
  ) c
  where d.shop = p_shop and d.id = p_change ->> 'dish';
  return case when not found then refused('not_found', 'there is no such choice') end;
end $$;

-- Makes a shop's menu exactly p_dishes, in its order. A dish, and a choice of one that stays, keeps its availability
-- unless it is given.
create function replace_menu(p_shop text, p_dishes jsonb) returns void
language plpgsql as $$
begin
  if octet_length(p_dishes::text) > 2000000 then
    raise exception 'a menu holds at most 2 MB' using errcode = 'WO009';
  end if;
  delete from dishes d
  where d.shop = p_shop and not exists (select from jsonb_array_elements(p_dishes) n where n ->> 'id' = d.id);
  insert into dishes as d (shop, id, name, category, price_cents, available, position,
    description, allergens, image_url, packaging_cents, options)
  select p_shop, n.value ->> 'id', n.value ->> 'name', coalesce(n.value ->> 'category', ''), (n.value ->> 'priceCents')::integer,
    coalesce((n.value ->> 'available')::boolean, true), n.place,
    coalesce(n.value ->> 'description', ''), coalesce(n.value -> 'allergens', '[]'), n.value ->> 'imageUrl',
    coalesce((n.value ->> 'packagingCents')::integer, 0), whole_options(coalesce(n.value -> 'options', '[]'), coalesce(b.options, '[]'))
  from jsonb_array_elements(p_dishes) with ordinality as n (value, place)
  left join dishes b on b.shop = p_shop and b.id = n.value ->> 'id'
  on conflict (shop, id) do update set
    name = excluded.name, category = excluded.category, price_cents = excluded.price_cents, position = excluded.position,
    available = coalesce((p_dishes -> (excluded.position - 1) ->> 'available')::boolean, d.available),
    description = excluded.description, allergens = excluded.allergens, image_url = excluded.image_url,
    packaging_cents = excluded.packaging_cents, options = excluded.options;
end $$;

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
    perform replace_menu(v_id, p_shop -> 'dishes');
  end if;
  update shops s set version = s.version + 1
  where s.id = v_id and not v_created and shop_json(s)::jsonb - 'online' <> v_before;
  perform store_menu(v_id);
  return exists (select from shops s where s.id = v_id and s.key_hash = p_key_hash);
end $$;

-- A whole menu takes the place of another at once. It comes in parts, as a frame holds little: those that have come wait
-- here for the rest.

create table menu_parts (
  shop text not null references shops (id) on delete cascade,
  part integer not null,
  -- which menu they are of
  upload uuid not null,
  dishes jsonb not null,
  primary key (shop, part)
);

-- Keeps a part; with the last one the menu is replaced. Null when it was, as change_shop answers, else the outcome.
create function put_menu_part(p_shop text, p_part jsonb) returns json
language plpgsql as $$
declare
  v_part integer := (p_part ->> 'part')::integer;
  v_last integer;
  v_upload uuid;
  v_count bigint;
  v_bytes bigint;
  v_dishes jsonb;
begin
  if v_part = 1 then
    delete from menu_parts m where m.shop = p_shop;
  else
    select m.part, m.upload into v_last, v_upload from menu_parts m where m.shop = p_shop order by m.part desc limit 1;
    if (v_last, v_upload) is distinct from (v_part - 1, (p_part ->> 'upload')::uuid) then
      return refused('version_conflict', 'the part before this one is not there: begin again with the first');
    end if;
  end if;
  insert into menu_parts (shop, part, upload, dishes)
  values (p_shop, v_part, (p_part ->> 'upload')::uuid, p_part -> 'dishes');
  select sum(jsonb_array_length(m.dishes)), sum(octet_length(m.dishes::text)) into v_count, v_bytes
  from menu_parts m where m.shop = p_shop;
  if v_count > 1000 or v_bytes > 2000000 then
    delete from menu_parts m where m.shop = p_shop;
    return refused('menu_full', 'a menu holds at most 1000 dishes, and 2 MB');
  elsif v_part < (p_part ->> 'parts')::integer then
    return '{"ok":true}';
  end if;
  select coalesce(jsonb_agg(d.value order by m.part, d.place), '[]') into v_dishes
  from menu_parts m, jsonb_array_elements(m.dishes) with ordinality as d (value, place) where m.shop = p_shop;
  delete from menu_parts m where m.shop = p_shop;
  if (select count(distinct d ->> 'id') from jsonb_array_elements(v_dishes) d) < v_count then
    return refused('invalid_request', 'the menu holds a dish twice');
  end if;
  perform replace_menu(p_shop, v_dishes);
  return null;
end $$;

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
    when 'replace_menu' then
      -- Of a part that is not the last: what it is answered, and nothing has changed yet.
      v_refusal := put_menu_part(p_shop, p_change);
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

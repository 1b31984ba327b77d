-- The menu is put in order by what has moved. Naming every dish, as order_dishes does, passes the limit of a frame for a
-- large menu with long ids.

-- Puts some dishes of a shop, in the order in which they stand, directly before another, or at the end when that is null.
-- The caller holds the shop's row.
create function move_dishes(p_shop text, p_moved text[], p_before text) returns void
language plpgsql as $$
begin
  update dishes d set position = n.place
  from (
    select r.id, row_number() over (
      order by case when r.moves then coalesce(r.before_rank, r.count + 1) else r.rank end, r.moves desc, r.rank
    ) as place
    from (
      select s.id, s.rank, s.count, s.id = any (p_moved) as moves,
        max(s.rank) filter (where s.id = p_before) over () as before_rank
      from (
        select m.id, row_number() over (order by m.position, m.id) as rank, count(*) over () as count
        from dishes m where m.shop = p_shop
      ) s
    ) r
  ) n
  where d.shop = p_shop and d.id = n.id and d.position <> n.place;
end $$;

-- Moves one dish directly before another; null, or why not. The caller holds the shop's row.
create function move_dish(p_shop text, p_dish text, p_before text) returns json
language plpgsql as $$
begin
  if not exists (select from dishes d where d.shop = p_shop and d.id = p_dish)
    or (p_before is not null and not exists (select from dishes d where d.shop = p_shop and d.id = p_before)) then
    return refused('not_found', 'there is no such dish');
  end if;
  if p_dish is distinct from p_before then
    perform move_dishes(p_shop, array[p_dish], p_before);
  end if;
  return null;
end $$;

-- Moves all dishes of a category before the first one of another; null, or why not. The caller holds the shop's row.
create function move_category(p_shop text, p_category text, p_before text) returns json
language plpgsql as $$
declare
  v_moved text[] := (select array_agg(d.id) from dishes d where d.shop = p_shop and d.category = p_category);
  v_first text := (
    select d.id from dishes d where d.shop = p_shop and d.category = p_before order by d.position, d.id limit 1
  );
begin
  if v_moved is null or (p_before is not null and v_first is null) then
    return refused('not_found', 'there is no such category');
  end if;
  if p_category is distinct from p_before then
    perform move_dishes(p_shop, v_moved, v_first);
  end if;
  return null;
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
      open = coalesce((p_change ->> 'open')::boolean, open),
      auto_accept = coalesce((p_change ->> 'autoAccept')::boolean, auto_accept),
      prep_minutes = coalesce((p_change ->> 'prepMinutes')::integer, prep_minutes),
      busy_minutes = coalesce((p_change ->> 'busyMinutes')::integer, busy_minutes)
    where id = p_shop;
  end if;
  return v_refusal;
end $$;

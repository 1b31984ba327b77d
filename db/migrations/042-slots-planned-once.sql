-- In PL/pgSQL, which keeps the plan: PostgreSQL planned the function in SQL anew for each call, which took a millisecond
-- also where a shop takes no orders for later.

-- The slots of a day and how many orders each still takes, as the wire has them; null: there is no such shop.
create or replace function free_slots(p_shop text, p_day date) returns text
language plpgsql stable as $$
begin
  return (
    select coalesce(json_agg(json_build_object('at', wire_time(t.at),
      'free', greatest(0, (s.later ->> 'perSlot')::bigint - taken_in_slot(s.id, t.at))) order by t.at)
      filter (where t.at is not null), '[]')::text
    from shops s left join lateral slots_of(s, p_day, now()) t on true
    where s.id = p_shop group by s.id);
end $$;

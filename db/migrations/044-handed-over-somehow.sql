-- A shop hands its orders over in one way at least, however it was told so: in one event, or in two that leave each other's
-- part as it is. Until now the second of them made a shop that refuses every order.

-- What p_new, of an operation or of an event of init_db, says of how a shop sells. What is absent stays.
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
end $$;

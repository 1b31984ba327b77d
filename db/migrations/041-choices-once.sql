-- What is chosen with a line is priced once: PostgreSQL put the call of choose wherever a part of its result is read, eight
-- times, and planned all that anew with each order, also of those without a choice.

-- Prices the lines of an order from the menu and keeps them. Raises what cannot be had, and then what is chosen wrongly.
create or replace function price_lines(p_shop text, p_id uuid, p_dishes text[], p_quantities integer[], p_notes text[],
  p_choices jsonb, out items json, out items_cents bigint, out packaging_cents bigint)
language plpgsql as $$
declare
  v_missing json;
  v_wrong json;
  v_names text[];
  v_prices integer[];
  v_choices jsonb[];
  v_choices_cents bigint[];
begin
  with line as materialized (
    select l.line, l.dish, l.quantity, l.note, d.name, d.price_cents, d.packaging_cents, coalesce(d.available, false) as available,
      case when d.options <> '[]' or p_choices -> (l.line::integer - 1) <> '[]'
        then choose(d.options, coalesce(p_choices -> (l.line::integer - 1), '[]')) end as chosen
    from unnest(p_dishes, p_quantities, p_notes) with ordinality as l (dish, quantity, note, line)
    left join dishes d on d.shop = p_shop and d.id = l.dish
  )
  select
    array_to_json(array_agg(
      row(dish, name, price_cents, quantity, note, coalesce((chosen).choices, '[]'))::wire_line order by line)),
    sum((price_cents + coalesce((chosen).cents, 0)) * quantity), sum(l.packaging_cents::bigint * quantity),
    json_agg(case when not available then to_json(line - 1) else (
      select json_agg('items[' || line - 1 || '].choices.' || m) from unnest((chosen).missing) m) end order by line)
      filter (where not available or (chosen).missing is not null),
    json_agg((
      select json_agg(json_build_object('path', 'items[' || line - 1 || '].choices.' || w, 'message', 'too few or too many are chosen'))
      from unnest((chosen).wrong) w) order by line) filter (where (chosen).wrong is not null),
    array_agg(name order by line), array_agg(price_cents order by line),
    array_agg(coalesce((chosen).choices, '[]') order by line), array_agg(coalesce((chosen).cents, 0) order by line)
  into items, items_cents, packaging_cents, v_missing, v_wrong, v_names, v_prices, v_choices, v_choices_cents
  from line l;
  if v_missing is not null then
    raise exception 'a dish or a choice is sold out or no longer on the menu' using errcode = 'WO003', detail = v_missing::text;
  end if;
  if v_wrong is not null then
    raise exception 'with a dish too few or too many are chosen' using errcode = 'WO009', detail = v_wrong::text;
  end if;
  insert into order_items (shop, order_id, line, dish, name, price_cents, quantity, note, choices, choices_cents)
  select p_shop, p_id, l.line, l.dish, l.name, l.price_cents, l.quantity, l.note, l.choices, l.choices_cents
  from unnest(p_dishes, v_names, v_prices, p_quantities, p_notes, v_choices, v_choices_cents)
    with ordinality as l (dish, name, price_cents, quantity, note, choices, choices_cents, line);
end $$;

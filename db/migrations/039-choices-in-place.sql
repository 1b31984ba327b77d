-- Choices are priced without a query: PostgreSQL planned the one of before anew for each order, which took longer than all
-- the rest of place_order.

-- What is chosen with a dish where something is wrong, each a path within the line: `missing` cannot be had, of `wrong` there
-- are too few or too many.
create or replace function wrong_choices(p_options jsonb, p_chosen jsonb, out missing text[], out wrong text[]) language sql immutable as $$
  with offered as (
    select o.place, o.value ->> 'id' as option, (o.value ->> 'min')::integer as min, (o.value ->> 'max')::integer as max,
      o.value -> 'choices' as choices
    from jsonb_array_elements(p_options) with ordinality as o (value, place)
  ), priced as (
    select c.value ->> 'option' as option, c.value ->> 'choice' as choice, (c.value ->> 'quantity')::integer as quantity, f.found
    from jsonb_array_elements(p_chosen) as c (value)
    left join offered o on o.option = c.value ->> 'option'
    left join lateral (
      select e.value as found from jsonb_array_elements(o.choices) as e (value) where e.value ->> 'id' = c.value ->> 'choice'
    ) f on true
  )
  select
    (select array_agg(p.option || '.' || p.choice order by p.option, p.choice)
    from priced p where (p.found ->> 'available')::boolean is not true),
    (select array_agg(o.option order by o.place)
    from offered o cross join lateral (
      select coalesce(sum(t.quantity), 0) as taken, bool_or(t.quantity > (t.found ->> 'max')::integer) as has_too_many
      from priced t where t.option = o.option) t
    where t.taken not between o.min and o.max or t.has_too_many)
$$;

-- What is chosen with a dish, priced from its options: the choices as ORDER has them, in the order of the menu, and what
-- they add to the price of one piece; or what is wrong with them. Nearly always nothing is, and a walk over the groups is
-- much faster than a query.
create or replace function choose(p_options jsonb, p_chosen jsonb) returns chosen language plpgsql immutable as $$
declare
  v_option jsonb;
  v_asked jsonb;
  v_choice jsonb;
  v_quantity integer;
  v_choices jsonb := '[]';
  v_cents bigint := 0;
  v_taken integer;
  v_found integer := 0;
  v_is_right boolean := true;
begin
  -- Of a dish that is not there they are null.
  for o in 0 .. coalesce(jsonb_array_length(p_options), 0) - 1 loop
    v_option := p_options -> o;
    -- By choice, how many are asked for of this group.
    v_asked := '{}';
    for n in 0 .. jsonb_array_length(p_chosen) - 1 loop
      if p_chosen -> n -> 'option' = v_option -> 'id' then
        v_asked := v_asked || jsonb_build_object(p_chosen -> n ->> 'choice', p_chosen -> n -> 'quantity');
      end if;
    end loop;
    v_taken := 0;
    if v_asked <> '{}' then
      for c in 0 .. jsonb_array_length(v_option -> 'choices') - 1 loop
        v_choice := v_option -> 'choices' -> c;
        v_quantity := v_asked ->> (v_choice ->> 'id');
        if v_quantity is not null then
          v_found := v_found + 1;
          v_taken := v_taken + v_quantity;
          v_cents := v_cents + v_quantity * (v_choice ->> 'priceCents')::bigint;
          v_is_right := v_is_right and (v_choice ->> 'available')::boolean and v_quantity <= (v_choice ->> 'max')::integer;
          v_choices := v_choices || jsonb_build_object('option', v_option -> 'id', 'choice', v_choice -> 'id',
            'name', v_choice -> 'name', 'priceCents', v_choice -> 'priceCents', 'quantity', v_quantity);
        end if;
      end loop;
    end if;
    v_is_right := v_is_right and v_taken between (v_option ->> 'min')::integer and (v_option ->> 'max')::integer;
  end loop;
  if v_is_right and v_found = jsonb_array_length(p_chosen) then
    return row(v_choices, v_cents, null, null)::chosen;
  end if;
  return (select row(v_choices, v_cents, w.missing, w.wrong)::chosen from wrong_choices(p_options, p_chosen) w);
end $$;

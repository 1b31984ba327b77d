-- How many of a shop's visitors one address may be: it took all the places, and nobody else saw the menu change.

-- As before, but an address, where it is known, has a quarter of the places at most.
create or replace function visit_shop(p_id text, p_shop text, p_lease interval, p_cap integer) returns text
language plpgsql as $$
declare
  v_connection connections;
  v_all integer;
  v_same integer;
begin
  -- Hellos to one shop wait for each other, or two of them could both be the last that fits.
  perform pg_advisory_xact_lock(hashtext('visitors'), hashtext(p_shop));
  insert into connections (id, state, expires_at) values (p_id, 'new', now() + p_lease) on conflict do nothing;
  select * into strict v_connection from connections where id = p_id for update;
  if v_connection.state = 'closed' then
    return 'closed';
  elsif v_connection.state = 'bound' and v_connection.role <> 'customer' then
    return 'taken';
  end if;
  select count(*), count(*) filter (where c.address = v_connection.address) into v_all, v_same
  from live_visitors(p_shop) v join connections c on c.id = v.id
  where v.id <> p_id;
  if v_all >= p_cap or v_same >= ceil(p_cap / 4.0) then
    return 'full';
  end if;
  update connections set state = 'bound', role = 'customer', visits = p_shop, expires_at = now() + p_lease where id = p_id;
  return 'bound';
end $$;

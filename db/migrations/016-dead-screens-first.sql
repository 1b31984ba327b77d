-- Which screens go when a shop has too many. A device whose instance or tab keeps crashing leaves a row behind each time,
-- which looks alive until its lease is over; those go before any other device's only screen.

-- As before, but for whom the cap closes: the newest screen of each device stays longest.
create or replace function bind_screen(
  p_id text, p_shop text, p_device uuid, p_key_version integer, p_lease interval, p_cap integer,
  out outcome text, out replaced text[]
)
language plpgsql as $$
declare
  v_connection connections;
  v_excess text[];
begin
  -- Hellos of one shop wait for each other, or two of them could both be the last that fits.
  perform pg_advisory_xact_lock(hashtext('screens'), hashtext(p_shop));
  insert into connections (id, state, expires_at) values (p_id, 'new', now() + p_lease) on conflict do nothing;
  v_excess := array(
    select s.id from (
      select l.id, l.opened_at,
        row_number() over (partition by c.device order by l.opened_at desc, l.id) + (c.device = p_device)::integer as nth
      from live_screens(p_shop) l join connections c on c.id = l.id
      where l.id <> p_id
      order by nth, l.opened_at desc, l.id offset p_cap - 1) s
    order by s.opened_at);
  -- Always in the order of ids: two hellos that each close the other's connection would wait for each other.
  perform from connections where id = p_id or id = any (v_excess) order by id for update;
  select * into strict v_connection from connections where id = p_id;
  if v_connection.state = 'closed' then
    outcome := 'closed';
    return;
  elsif v_connection.state = 'bound' and (v_connection.role, v_connection.shop) is distinct from ('shop', p_shop) then
    outcome := 'taken';
    return;
  end if;
  update connections set state = 'bound', role = 'shop', shop = p_shop, device = p_device, key_version = p_key_version, bound_at = now(),
    expires_at = now() + p_lease, epoch = null, acked_seq = null, page_seq = null, push_after = null, push_tries = 0
  where id = p_id;
  update connections set state = 'closed', closed_at = now() where id = any (v_excess) and state = 'bound';
  outcome := 'bound';
  replaced := v_excess;
end $$;

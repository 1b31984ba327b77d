-- Dead connections are closed, and pushes noted, shop after shop, as all else that the timer does. The functions with these
-- names that know no shop are the version before's.

-- Connections that nobody will close: those that never said hello (unbound), screens whose key was changed (revoked), leases
-- that ended an hour ago (lapsed: until then a ping revives them). '' are those that belong to no shop: they have not said
-- hello, or follow orders.
create function shops_with_stale(p_limit integer) returns table (shop text)
language sql stable as $$
  select t.shop from (
    select coalesce(c.shop, c.visits, '') as shop, c.opened_at
    from connections c left join shops s on s.id = c.shop
    where (c.state = 'new' and c.opened_at < now() - interval '10 seconds')
      or (c.state = 'bound' and c.expires_at < now() - interval '1 hour')
      or (c.state = 'bound' and c.role = 'shop' and c.key_version < s.key_version)
  ) t
  group by t.shop order by min(t.opened_at), t.shop limit p_limit
$$;

-- Closes those of a shop: its screens and its visitors. The caller tells the gateway.
create function close_stale(p_shop text, p_limit integer) returns table (connection text, why text)
language plpgsql as $$
declare
  v_key_version integer := (select s.key_version from shops s where s.id = p_shop);
begin
  return query
  with next as materialized (
    select c.id from connections c
    where ((c.shop = p_shop and c.role = 'shop') or c.visits = p_shop) and c.state = 'bound'
      and (c.expires_at < now() - interval '1 hour' or c.key_version < v_key_version)
    order by c.opened_at, c.id limit p_limit
  ), held as (
    -- What has been revived meanwhile is not dead.
    select c.id, case when c.expires_at < now() - interval '1 hour' then 'lapsed' else 'revoked' end as why
    from connections c join next n on n.id = c.id
    where ((c.shop = p_shop and c.role = 'shop') or c.visits = p_shop) and c.state = 'bound'
      and (c.expires_at < now() - interval '1 hour' or c.key_version < v_key_version)
    for update of c skip locked
  )
  update connections c set state = 'closed', closed_at = now()
  from held h where (c.shop = p_shop or c.visits = p_shop) and c.id = h.id
  returning c.id, h.why;
end $$;

-- Closes those that belong to no shop; their addresses take turns.
create function close_unnamed(p_limit integer) returns table (connection text, why text)
language plpgsql as $$
begin
  return query
  with stale as (
    select c.id, row_number() over (partition by c.address order by c.opened_at, c.id) as turn
    from connections c
    where c.shop is null and c.visits is null
      and ((c.state = 'new' and c.opened_at < now() - interval '10 seconds')
        or (c.state = 'bound' and c.expires_at < now() - interval '1 hour'))
  ), next as materialized (
    select s.id from stale s order by s.turn limit p_limit
  ), held as (
    -- What has said hello meanwhile is not dead.
    select c.id, case c.state when 'new' then 'unbound' else 'lapsed' end as why
    from connections c join next n on n.id = c.id
    where c.shop is null and c.visits is null
      and (c.state = 'new' or (c.state = 'bound' and c.expires_at < now() - interval '1 hour'))
    for update of c skip locked
  )
  update connections c set state = 'closed', closed_at = now()
  from held h where c.shop is null and c.visits is null and c.id = h.id
  returning c.id, h.why;
end $$;

-- Claimed screens of a shop have been pushed to: not again for 15 s, less up to a fifth, so every run of the timer comes by.
-- Only after ten minutes of that, from a device that is alive and acknowledges nothing, it is 30, 60 … 240 s. An ack that
-- came in between has lifted the claim already.
create function settle_overdue(p_shop text, p_connections text[]) returns void
language plpgsql as $$
declare
  v_id text;
  v_part double precision;
begin
  for v_id in select t.id from unnest(p_connections) t (id) order by t.id loop
    v_part := 0.8 + 0.2 * random();
    update connections c set push_after = now() + v_part * push_pause(c.push_tries)
    where c.shop = p_shop and c.id = v_id and c.push_after is not null;
  end loop;
end $$;

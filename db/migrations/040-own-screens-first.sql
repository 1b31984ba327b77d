-- A run of the timer in a process that holds connections itself serves those first: it reaches them whatever lies between
-- the instances, and what it cannot reach waits behind them.

-- Whether an instance holds a connection: the ids of its connections begin with its name (apigateway/backplane).
create function is_held_by(p_connection text, p_instance text) returns boolean
language sql immutable as $$
  select coalesce(starts_with(p_connection, p_instance || '.'), false)
$$;

drop function shops_to_push(integer);

-- Shops with screens that lack something, as in lacking_screens: those first that have one at the instance `p_own`, and
-- then those that have waited longest.
create function shops_to_push(p_limit integer, p_own text default null) returns table (shop text)
language sql stable as $$
  select s.shop
  from connections c join streams s on s.shop = c.shop join shops on shops.id = s.shop
  where c.state = 'bound' and c.role = 'shop' and c.expires_at > now()
    and c.key_version = shops.key_version and may_push(c.push_after, c.push_tries)
    and (
      (c.acked_seq is null and (c.bound_at < now() - interval '5 seconds' or c.bound_at > now() + interval '5 seconds'))
      or (c.acked_seq < s.head and exists (
        select from (
          select e.type, e.at from events e where e.shop = s.shop and e.seq > c.acked_seq order by e.seq limit 1000
        ) e
        where e.at < now() - case when e.type = 'order.placed' then interval '3 seconds' else interval '35 seconds' end
          or e.at > now() + interval '5 seconds')))
  group by s.shop
  order by bool_or(is_held_by(c.id, p_own)) desc, min(c.push_after) nulls first, s.shop limit p_limit
$$;

drop function claim_overdue(text, integer);

-- Claims screens of a shop that lack something, for ten seconds: those first that the instance `p_own` holds.
create function claim_overdue(p_shop text, p_limit integer, p_own text default null)
returns table (connection text, shop text, epoch uuid, head bigint, acked_seq bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  v_next text[];
  v_epoch uuid;
  v_head bigint;
begin
  select array_agg(l.id), min(l.epoch::text)::uuid, min(l.head) into v_next, v_epoch, v_head from (
    select l.id, l.epoch, l.head from lacking_screens(p_shop) l
    order by is_held_by(l.id, p_own) desc, l.push_after nulls first, l.id limit p_limit) l;
  if v_next is null then
    return;
  end if;
  -- What another run has claimed meanwhile is no longer due.
  v_next := array(
    select c.id from connections c
    where c.id = any (v_next) and c.shop = p_shop and c.state = 'bound' and may_push(c.push_after, c.push_tries)
    for update of c skip locked);
  return query
  update connections c set push_after = now() + interval '10 seconds', push_tries = c.push_tries + 1
  where c.id = any (v_next)
  returning c.id, c.shop, v_epoch, v_head, c.acked_seq;
end $$;

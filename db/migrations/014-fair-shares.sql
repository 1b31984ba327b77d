-- What the timer can do in one run is shared among the shops in turns: the first of every shop, then the second of every
-- shop, and so on. However much is due at one shop, it keeps no other waiting.

-- The due orders of each shop, so that the turns are found without reading all that are due.
create index orders_due on orders (shop, accept_by) where status = 'placed';

-- Expires the order that is due longest of the next shop after p_after, in the order of ids and around; null for p_after
-- begins with the order that is due longest of all. No row when there is none that is not in other hands. One order per
-- call, because a call that held several orders and the counters of their shops could meet another that holds them the
-- other way round. (expire_order() without an argument is the version before's.)
create function expire_order(p_after text)
returns table (shop text, epoch uuid, seq bigint, event_id uuid, order_id uuid, type text, at text, body json)
language plpgsql as $$
#variable_conflict use_column
declare
  v_first text := (
    select s.shop from streams s cross join lateral (
      select o.accept_by from orders o
      where o.shop = s.shop and o.status = 'placed' and o.accept_by <= now() order by o.accept_by limit 1
    ) o
    where p_after is null order by o.accept_by limit 1);
  v_around boolean;
  v_shop text;
  v_order orders;
  v_event events;
begin
  if p_after is null and v_first is null then
    return;
  end if;
  foreach v_around in array array[false, true] loop
    for v_shop in
      select s.shop from streams s
      where ((s.shop > p_after or s.shop >= v_first) is not true) = v_around
        and exists (select from orders o where o.shop = s.shop and o.status = 'placed' and o.accept_by <= now())
      order by s.shop
    loop
      select * into v_order from orders o
      where o.shop = v_shop and o.status = 'placed' and o.accept_by <= now()
      order by o.accept_by limit 1 for update skip locked;
      if found then
        v_event := move_order(v_order, 'expired', 'expired', null);
        return query select v_event.shop, (select s.epoch from streams s where s.shop = v_event.shop), v_event.seq,
          v_event.id, v_event.order_id, v_event.type, wire_time(v_event.at), v_event.body;
        return;
      end if;
    end loop;
  end loop;
end $$;

-- Claims screens that lack something: an order.placed for more than 3 s, any other event for more than 35 s (a device
-- acknowledges those within 30 s), or a snapshot for more than 5 s. Shops take turns.
create or replace function claim_overdue(p_limit integer)
returns table (connection text, shop text, epoch uuid, head bigint, acked_seq bigint, tries integer)
language sql volatile
begin atomic
  with lacking as (
    select c.id, s.epoch, s.head, c.push_after,
      row_number() over (partition by c.shop order by c.push_after nulls first, c.id) as turn
    from connections c join streams s on s.shop = c.shop join shops on shops.id = c.shop
    where c.state = 'bound' and c.role = 'shop' and c.expires_at > now() and c.key_version = shops.key_version
      and (c.push_after is null or c.push_after <= now() or c.push_after > now() + push_pause(c.push_tries))
      and (
        (c.acked_seq is null and (c.bound_at < now() - interval '5 seconds' or c.bound_at > now() + interval '5 seconds'))
        or (c.acked_seq < s.head and exists (
          -- In order and with an end, so that it is a walk along the key: left to itself the planner reads the whole log.
          select from (
            select e.type, e.at from events e where e.shop = c.shop and e.seq > c.acked_seq order by e.seq limit 1000
          ) e
          where e.at < now() - case when e.type = 'order.placed' then interval '3 seconds' else interval '35 seconds' end
            or e.at > now() + interval '5 seconds'))
      )
  ), next as materialized (
    select l.id, l.epoch, l.head from lacking l order by l.turn, l.push_after nulls first limit p_limit
  ), overdue as (
    -- What another run has claimed meanwhile is no longer due.
    select c.id, n.epoch, n.head from connections c join next n on n.id = c.id
    where c.state = 'bound'
      and (c.push_after is null or c.push_after <= now() or c.push_after > now() + push_pause(c.push_tries))
    for update of c skip locked
  )
  update connections c set push_after = now() + interval '10 seconds', push_tries = c.push_tries + 1
  from overdue o where c.id = o.id
  returning c.id, c.shop, o.epoch, o.head, c.acked_seq, c.push_tries;
end;

-- Closes what nobody will close: connections that never said hello (unbound), screens whose key was changed (revoked),
-- leases that ended an hour ago (lapsed: until then a ping revives them). The caller tells the gateway. Shops take turns,
-- and so do the addresses of those that belong to no shop.
create or replace function close_stale(p_limit integer) returns table (connection text, why text)
language sql volatile
begin atomic
  with stale as (
    select c.id, case
        when c.state = 'new' then 'unbound'
        when c.expires_at < now() - interval '1 hour' then 'lapsed'
        else 'revoked'
      end as why,
      row_number() over (partition by coalesce(c.shop, c.visits), c.address order by c.opened_at, c.id) as turn
    from connections c left join shops s on s.id = c.shop
    where (c.state = 'new' and c.opened_at < now() - interval '10 seconds')
      or (c.state = 'bound' and c.expires_at < now() - interval '1 hour')
      or (c.state = 'bound' and c.role = 'shop' and c.key_version < s.key_version)
  ), next as materialized (
    select s.id, s.why from stale s order by s.turn limit p_limit
  ), held as (
    select c.id, n.why from connections c join next n on n.id = c.id
    where c.state <> 'closed' and (c.state = 'new') = (n.why = 'unbound')
      and (n.why <> 'lapsed' or c.expires_at < now() - interval '1 hour')
      and (n.why <> 'revoked' or c.key_version < (select s.key_version from shops s where s.id = c.shop))
    for update of c skip locked
  )
  update connections c set state = 'closed', closed_at = now() from held h where c.id = h.id
  returning c.id, h.why;
end;

-- Notes orders that are still only placed and have reached no device for p_after, five hundred at most, in turns. Its shop
-- may have no webhook: then the row alone stands for it.
create or replace function escalate(p_after interval) returns table (order_id uuid, shop text, has_webhook boolean)
language sql volatile
begin atomic
  insert into escalations as e (order_id, shop, dead_at, last_error)
  select o.id, s.id, case when s.webhook_url is null then now() end, case when s.webhook_url is null then 'the shop has no webhook' end
  from shops s join shop_acks a on a.shop = s.id cross join lateral (
    select n.id, row_number() over (order by n.placed_seq) as turn
    from (
      select o.id, o.placed_seq from orders o
      where o.shop = s.id and o.status = 'placed' and o.placed_seq > a.seq
        and coalesce(o.waits_from, o.placed_at) < now() - p_after
        and not exists (select from escalations e where e.order_id = o.id)
      order by o.placed_seq limit 500
    ) n
  ) o
  order by o.turn limit 500
  on conflict do nothing
  returning e.order_id, e.shop, e.dead_at is null;
end;

-- Claims messages to shops that are due, in turns. webhook-id is id. What is due to a shop that has lost its webhook is
-- given up.
create or replace function claim_escalations(p_limit integer)
returns table (order_id uuid, id uuid, shop text, tries integer, url text, secret text, body json, since text)
language sql volatile
begin atomic
  with given_up as (
    update escalations e set dead_at = now(), last_error = 'the shop has no webhook'
    where e.order_id in (
      select e.order_id from escalations e join shops s on s.id = e.shop
      where e.delivered_at is null and e.dead_at is null and s.webhook_url is null
      limit 1000 for update of e skip locked)
  ), due as (
    select e.order_id, e.next_at, row_number() over (partition by e.shop order by e.next_at, e.order_id) as turn
    from escalations e join shops s on s.id = e.shop
    where e.delivered_at is null and e.dead_at is null and s.webhook_url is not null
      and (e.next_at <= now() or e.next_at > now() + call_pause(e.tries))
  ), next as materialized (
    select d.order_id from due d order by d.turn, d.next_at limit p_limit
  ), held as (
    -- What another run has claimed meanwhile is no longer due.
    select e.order_id from escalations e join next n on n.order_id = e.order_id
    where e.delivered_at is null and e.dead_at is null
      and (e.next_at <= now() or e.next_at > now() + call_pause(e.tries))
    for update of e skip locked
  )
  update escalations e set tries = e.tries + 1, next_at = now() + interval '10 seconds'
  from held h, orders o, shops s
  where e.order_id = h.order_id and o.id = e.order_id and s.id = e.shop
  returning e.order_id, e.id, e.shop, e.tries, s.webhook_url, s.webhook_secret, order_json(o), wire_time(e.since);
end;

-- When the visitors of a shop were told last: whose were told longest ago are told first.
alter table visitor_news add column told_at timestamptz;

-- Claims shops whose settings, menu or being online are not what their visitors were told last, and says who they are.
-- Who was told at once is told again: pushes get lost, and a visitor acknowledges nothing.
create or replace function claim_visitor_news(p_limit integer) returns table (shop text, visitors text[])
language sql volatile
begin atomic
  with visited as (
    select distinct c.visits as shop from connections c
    where c.state = 'bound' and c.visits is not null and c.expires_at > now()
  ), present as (
    select s.id as shop, s.version, exists (select from live_screens(s.id)) as online
    from visited v join shops s on s.id = v.shop
  ), claimed as (
    insert into visitor_news as n (shop, version, online, told_at)
    select p.shop, p.version, p.online, now() from present p left join visitor_news n on n.shop = p.shop
    where (n.version, n.online) is distinct from (p.version, p.online)
    order by n.told_at nulls first, p.shop limit p_limit
    on conflict (shop) do update set version = excluded.version, online = excluded.online, told_at = excluded.told_at
    where (n.version, n.online) is distinct from (excluded.version, excluded.online)
    returning n.shop
  )
  select c.shop, array(select v.id from live_visitors(c.shop) v) from claimed c;
end;

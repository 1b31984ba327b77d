-- The timer serves one shop after the other: a read says which shops have something due, those first that wait longest,
-- and then each is served by statements that touch its rows alone. So a flood at one shop holds no row of another, and what
-- fails at one keeps no other waiting. The functions with these names that know no shop are the version before's.

-- Nobody calls them any more.
drop function next_in_stream(text, text, integer);
drop function forget_old(interval);

-- Where the hourly cleaning goes on.
alter table chores add column next_shop text;

create index escalations_waiting on escalations (shop, next_at) where delivered_at is null and dead_at is null;
drop index escalations_due;

create function shops_to_expire(p_limit integer) returns table (shop text)
language sql stable as $$
  select o.shop from orders o where o.status = 'placed' and o.accept_by <= now()
  group by o.shop order by min(o.accept_by), o.shop limit p_limit
$$;

-- Expires orders of a shop, those first that are due longest. Like every command it holds an order before the counter of
-- its shop, and it waits for no order.
create function expire_orders(p_shop text, p_limit integer)
returns table (shop text, epoch uuid, seq bigint, event_id uuid, order_id uuid, type text, at text, body json)
language plpgsql as $$
#variable_conflict use_column
declare
  v_order orders;
  v_event events;
begin
  for v_order in
    select * from orders o
    where o.shop = p_shop and o.status = 'placed' and o.accept_by <= now()
    order by o.accept_by limit p_limit for update skip locked
  loop
    v_event := move_order(v_order, 'expired', 'expired', null);
    return query select p_shop, (select s.epoch from streams s where s.shop = p_shop), v_event.seq, v_event.id,
      v_event.order_id, v_event.type, wire_time(v_event.at), v_event.body;
  end loop;
end $$;

-- Whether a screen may be pushed to again: not while it is claimed, and not before its pause is over. A moment that is
-- further ahead than any pause was written by a clock that has been set since.
create function may_push(p_after timestamptz, p_tries integer) returns boolean
language sql stable as $$
  select p_after is null or p_after <= now() or p_after > now() + push_pause(p_tries)
$$;

-- The screens of a shop that lack something: an order.placed for more than 3 s, any other event for more than 35 s (a
-- device acknowledges those within 30 s), or a snapshot for more than 5 s.
create function lacking_screens(p_shop text)
returns table (id text, epoch uuid, head bigint, push_after timestamptz)
language sql stable as $$
  select c.id, s.epoch, s.head, c.push_after
  from connections c join streams s on s.shop = c.shop join shops on shops.id = c.shop
  where c.shop = p_shop and c.state = 'bound' and c.role = 'shop' and c.expires_at > now()
    and c.key_version = shops.key_version and may_push(c.push_after, c.push_tries)
    and (
      (c.acked_seq is null and (c.bound_at < now() - interval '5 seconds' or c.bound_at > now() + interval '5 seconds'))
      or (c.acked_seq < s.head and exists (
        -- In order and with an end, so that it is a walk along the key: left to itself the planner reads the whole log.
        select from (
          select e.type, e.at from events e where e.shop = c.shop and e.seq > c.acked_seq order by e.seq limit 1000
        ) e
        where e.at < now() - case when e.type = 'order.placed' then interval '3 seconds' else interval '35 seconds' end
          or e.at > now() + interval '5 seconds')))
$$;

create function shops_to_push(p_limit integer) returns table (shop text)
language sql stable as $$
  select s.shop from streams s cross join lateral lacking_screens(s.shop) l
  group by s.shop order by min(l.push_after) nulls first, s.shop limit p_limit
$$;

-- Claims screens of a shop that lack something, for ten seconds.
create function claim_overdue(p_shop text, p_limit integer)
returns table (connection text, shop text, epoch uuid, head bigint, acked_seq bigint)
language plpgsql as $$
#variable_conflict use_column
begin
  return query
  with next as materialized (
    select l.id, l.epoch, l.head from lacking_screens(p_shop) l order by l.push_after nulls first, l.id limit p_limit
  ), held as (
    -- What another run has claimed meanwhile is no longer due.
    select c.id, n.epoch, n.head from connections c join next n on n.id = c.id
    where c.shop = p_shop and c.state = 'bound' and may_push(c.push_after, c.push_tries)
    for update of c skip locked
  )
  update connections c set push_after = now() + interval '10 seconds', push_tries = c.push_tries + 1
  from held h where c.shop = p_shop and c.id = h.id
  returning c.id, c.shop, h.epoch, h.head, c.acked_seq;
end $$;

-- Shops whose pause is over, or whose hours open or close them.
create function shops_to_reopen(p_limit integer) returns table (shop text)
language sql stable as $$
  select s.id from shops s where s.paused_until <= now() or s.hours_change_at <= now()
  order by least(s.paused_until, s.hours_change_at), s.id limit p_limit
$$;

-- Ends the pause of a shop, or notes that its hours have opened or closed it; false when there was nothing to do. The
-- stored menu is still the present one: only the version has changed.
create function reopen_shop(p_shop text) returns boolean
language plpgsql as $$
declare
  v_shop shops;
  v_change timestamptz;
begin
  select * into v_shop from shops s
  where s.id = p_shop and (s.paused_until <= now() or s.hours_change_at <= now()) for update skip locked;
  if not found then
    return false;
  end if;
  if v_shop.paused_until <= now() then
    update shops s set open = true, paused_until = null, pause_minutes = null, version = s.version + 1 where s.id = p_shop;
  else
    v_change := coalesce((hours_at(v_shop.hours, v_shop.time_zone, now())).changes_at, now() + interval '7 days');
    update shops s set hours_change_at = v_change, version = s.version + 1 where s.id = p_shop;
  end if;
  update menus m set version = m.version + 1 where m.shop = p_shop and m.version = v_shop.version;
  return true;
end $$;

-- Shops with orders that are still only placed and have reached no device for p_after, and are not noted yet.
create function shops_to_escalate(p_after interval, p_limit integer) returns table (shop text)
language sql stable as $$
  select o.shop from orders o join shop_acks a on a.shop = o.shop
  where o.status = 'placed' and o.placed_seq > a.seq and coalesce(o.waits_from, o.placed_at) < now() - p_after
    and not exists (select from escalations e where e.shop = o.shop and e.order_id = o.id)
  group by o.shop order by min(o.placed_at), o.shop limit p_limit
$$;

-- Notes those orders of a shop. It may have no webhook: then the row alone stands for it.
create function escalate(p_shop text, p_after interval, p_limit integer)
returns table (order_id uuid, shop text, has_webhook boolean)
language plpgsql as $$
#variable_conflict use_column
begin
  return query
  insert into escalations as e (order_id, shop, dead_at, last_error)
  select o.id, p_shop, case when s.webhook_url is null then now() end, case when s.webhook_url is null then 'the shop has no webhook' end
  from orders o join shop_acks a on a.shop = o.shop join shops s on s.id = o.shop
  where o.shop = p_shop and o.status = 'placed' and o.placed_seq > a.seq
    and coalesce(o.waits_from, o.placed_at) < now() - p_after
    and not exists (select from escalations e where e.shop = p_shop and e.order_id = o.id)
  order by o.placed_seq limit p_limit
  on conflict do nothing
  returning e.order_id, e.shop, e.dead_at is null;
end $$;

-- Whether a message to a shop is due; further ahead than any pause as in may_push.
create function may_call(p_next timestamptz, p_tries integer) returns boolean
language sql stable as $$
  select p_next <= now() or p_next > now() + call_pause(p_tries)
$$;

create function shops_to_call(p_limit integer) returns table (shop text)
language sql stable as $$
  select e.shop from escalations e
  where e.delivered_at is null and e.dead_at is null and may_call(e.next_at, e.tries)
  group by e.shop order by min(e.next_at), e.shop limit p_limit
$$;

-- Claims messages to a shop that are due, for ten seconds. webhook-id is id. What is due to a shop that has lost its
-- webhook is given up.
create function claim_escalations(p_shop text, p_limit integer)
returns table (order_id uuid, id uuid, shop text, tries integer, url text, secret text, body json, since text)
language plpgsql as $$
#variable_conflict use_column
begin
  update escalations e set dead_at = now(), last_error = 'the shop has no webhook'
  where e.shop = p_shop and e.order_id in (
    select w.order_id from escalations w
    where w.shop = p_shop and w.delivered_at is null and w.dead_at is null
      and (select s.webhook_url is null from shops s where s.id = p_shop)
    limit 1000 for update of w skip locked);
  return query
  with held as (
    select e.order_id from escalations e
    where e.shop = p_shop and e.delivered_at is null and e.dead_at is null and may_call(e.next_at, e.tries)
    order by e.next_at, e.order_id limit p_limit for update of e skip locked
  )
  update escalations e set tries = e.tries + 1, next_at = now() + interval '10 seconds'
  from held h, orders o, shops s
  where e.shop = p_shop and e.order_id = h.order_id and o.shop = p_shop and o.id = e.order_id and s.id = p_shop
    and s.webhook_url is not null
  returning e.order_id, e.id, e.shop, e.tries, s.webhook_url, s.webhook_secret, order_json(o), wire_time(e.since);
end $$;

-- Shops whose settings, menu or being online are not what their visitors were told last; whose were told longest ago first.
create function shops_with_news(p_limit integer) returns table (shop text)
language sql stable as $$
  select s.id
  from (
    select distinct c.visits as shop from connections c
    where c.state = 'bound' and c.visits is not null and c.expires_at > now()
  ) v
  join shops s on s.id = v.shop left join visitor_news n on n.shop = s.id
  where (n.version, n.online) is distinct from (s.version, exists (select from live_screens(s.id)))
  order by n.told_at nulls first, s.id limit p_limit
$$;

-- Claims the news of a shop, and says who its visitors are; no row when they have been told. Who was told at once is told
-- again: pushes get lost, and a visitor acknowledges nothing.
create function claim_news(p_shop text) returns table (visitors text[])
language plpgsql as $$
#variable_conflict use_column
begin
  return query
  with claimed as (
    insert into visitor_news as n (shop, version, online, told_at)
    select s.id, s.version, exists (select from live_screens(p_shop)), now() from shops s where s.id = p_shop
    on conflict (shop) do update set version = excluded.version, online = excluded.online, told_at = excluded.told_at
    where (n.version, n.online) is distinct from (excluded.version, excluded.online)
    returning n.shop
  )
  select array(select v.id from live_visitors(p_shop) v) from claimed;
end $$;

create function shops_with_refusals(p_limit integer) returns table (shop text)
language sql stable as $$
  select c.shop from commands c where c.refused and c.at < now() - interval '10 minutes'
  group by c.shop order by min(c.at), c.shop limit p_limit
$$;

-- Forgets refused commands of a shop: nobody repeats one after ten minutes.
create function forget_refusals(p_shop text, p_limit integer) returns bigint
language plpgsql as $$
declare
  v_count bigint;
begin
  delete from commands c where c.shop = p_shop and (c.scope, c.id) in (
    select o.scope, o.id from commands o
    where o.shop = p_shop and o.refused and o.at < now() - interval '10 minutes'
    limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Shops with something that is past its use: events, commands, customers of old orders. From p_from on, and around.
create function shops_to_clean(p_keep interval, p_from text) returns table (shop text)
language sql stable as $$
  select s.shop from streams s join shops h on h.id = s.shop
  where exists (
      select from events e
      where e.shop = s.shop and e.seq = s.min_seq and e.seq < s.head
        and (e.at < now() - p_keep or e.at > now() + interval '5 seconds'))
    or exists (select from commands c where c.shop = s.shop and c.at < now() - p_keep)
    or exists (select from commands c where c.shop = s.shop and c.at > now() + interval '5 seconds')
    or h.erased_to is distinct from shop_day(s.shop, null) - retention_days(s.shop) - 1
  order by s.shop < p_from, s.shop
$$;

-- Forgets commands of a shop that are older than p_keep, and says how many. One from a clock that was ahead is as old as
-- this moment.
create function forget_commands(p_shop text, p_keep interval, p_limit integer) returns bigint
language plpgsql as $$
declare
  v_count bigint;
begin
  update commands c set at = now() where c.shop = p_shop and (c.scope, c.id) in (
    select o.scope, o.id from commands o where o.shop = p_shop and o.at > now() + interval '5 seconds'
    limit p_limit for update skip locked);
  delete from commands c where c.shop = p_shop and (c.scope, c.id) in (
    select o.scope, o.id from commands o where o.shop = p_shop and o.at < now() - p_keep
    order by o.at limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Forgets what belongs to no shop, p_limit rows of each kind at most, and says how many of the kind with the most.
create function forget_connections(p_limit integer) returns bigint
language plpgsql as $$
declare
  v_most bigint := 0;
  v_count bigint;
begin
  update connections c set closed_at = now() where c.id in (
    select o.id from connections o where o.state = 'closed' and o.closed_at > now() + interval '5 seconds'
    limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  delete from connections c where c.id in (
    select o.id from connections o where o.state = 'closed' and o.closed_at < now() - interval '1 hour'
    order by o.closed_at limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  delete from rate_limits r where r.subject in (
    select o.subject from rate_limits o
    where o.started_at < now() - interval '10 minutes' or o.started_at > now() + interval '5 seconds'
    limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return greatest(v_most, v_count);
end $$;

-- Shops with something that may have to move with a clock that was set from p_before to p_now: orders that wait, messages,
-- pauses and hours.
create function shops_to_settle(p_before timestamptz, p_now timestamptz) returns table (shop text)
language sql stable as $$
  select o.shop from orders o
  where o.status = 'placed' and (p_now - p_before > interval '90 seconds' or (
    (coalesce(o.waits_from, o.placed_at) > p_now + interval '5 seconds' or o.accept_by > p_now + interval '61 minutes')
    and (o.wanted_at is null or o.waits_from is null)))
  union
  select e.shop from escalations e
  where e.delivered_at is null and e.dead_at is null and p_now - p_before > interval '90 seconds'
  union
  select s.id from shops s
  where (s.hours_change_at is not null and p_now - p_before not between interval '-5 seconds' and interval '90 seconds')
    or (s.paused_until is not null and (p_now - p_before > interval '90 seconds'
      or s.paused_until > p_now + make_interval(mins => s.pause_minutes) + interval '5 seconds'))
$$;

-- The clock has gone on, or no timer ran: what waits in a shop goes on where it was.
create function settle_shop_forward(p_shop text, p_before timestamptz, p_now timestamptz) returns void
language plpgsql as $$
begin
  update orders o set waits_from = w.since, accept_by = o.accept_by + (w.since - coalesce(o.waits_from, o.placed_at))
  from (
    select o.id, least(coalesce(o.waits_from, o.placed_at) + (p_now - p_before), p_now) as since
    from orders o
    where o.shop = p_shop and o.status = 'placed' and o.accept_by > p_before and coalesce(o.waits_from, o.placed_at) < p_now
    order by o.id for update skip locked
  ) w
  where o.shop = p_shop and o.id = w.id;
  update escalations e set next_at = e.next_at + (p_now - p_before)
  where e.shop = p_shop and e.order_id in (
    select w.order_id from escalations w
    where w.shop = p_shop and w.delivered_at is null and w.dead_at is null and w.next_at between p_before and p_now
    order by w.order_id for update skip locked);
end $$;

-- The clock has gone back: what was written by the clock that was ahead begins to wait no later than now.
create function settle_shop_back(p_shop text, p_now timestamptz, p_step interval) returns void
language plpgsql as $$
begin
  update orders o set waits_from = w.since, accept_by = w.since + w.patience
  from (
    select o.id, least(coalesce(o.waits_from, o.placed_at) + p_step, p_now) as since,
      case when o.accept_by - coalesce(o.waits_from, o.placed_at) between interval '1 minute' and interval '60 minutes'
        then o.accept_by - coalesce(o.waits_from, o.placed_at) else make_interval(mins => s.accept_minutes) end as patience
    from orders o join shops s on s.id = o.shop
    where o.shop = p_shop and o.status = 'placed' and o.accept_by > p_now
      and (coalesce(o.waits_from, o.placed_at) > p_now + interval '5 seconds' or o.accept_by > p_now + interval '61 minutes')
      -- What waits for the shop to open goes by the clock as it is.
      and (o.wanted_at is null or o.waits_from is null)
    order by o.id for update of o skip locked
  ) w
  where o.shop = p_shop and o.id = w.id;
end $$;

-- The hours of a shop are looked at anew, and its pause lasts as long as it would have.
create function settle_pause(p_shop text, p_now timestamptz, p_step interval) returns void
language plpgsql as $$
declare
  v_version bigint;
begin
  perform from shops s where s.id = p_shop for update skip locked;
  if not found then
    return;
  end if;
  update shops s set hours_change_at = p_now
  where s.id = p_shop and s.hours_change_at is not null
    and p_step not between interval '-5 seconds' and interval '90 seconds';
  update shops s set
    paused_until = case when p_step > interval '90 seconds' then s.paused_until + p_step
      else least(s.paused_until + least(p_step, interval '0'), p_now + make_interval(mins => s.pause_minutes)) end,
    version = s.version + 1
  where s.id = p_shop and s.paused_until is not null
    and case when p_step > interval '90 seconds' then s.paused_until > p_now - p_step
      else s.paused_until > p_now + make_interval(mins => s.pause_minutes) + interval '5 seconds' end
  returning s.version into v_version;
  update menus m set version = v_version where m.shop = p_shop and m.version = v_version - 1;
end $$;

-- Leases last as long as they would have. Connections belong to no shop.
create function settle_connections(p_before timestamptz, p_now timestamptz, p_lease interval) returns void
language plpgsql as $$
declare
  v_step interval := p_now - p_before;
begin
  if v_step > interval '90 seconds' then
    update connections c set
      expires_at = least(c.expires_at + v_step, p_now + p_lease),
      opened_at = least(c.opened_at + v_step, p_now), bound_at = least(c.bound_at + v_step, p_now)
    where c.id in (
      select o.id from connections o where o.state <> 'closed' and o.expires_at > p_before order by o.id for update skip locked);
    return;
  end if;
  update connections c set
    expires_at = least(c.expires_at + least(v_step, interval '0'), p_now + p_lease),
    opened_at = least(c.opened_at, p_now), bound_at = least(c.bound_at, p_now)
  where c.id in (
    select o.id from connections o
    where o.state = 'bound' and o.expires_at > p_now + p_lease + interval '5 seconds' order by o.id for update skip locked);
  update connections c set opened_at = p_now, expires_at = p_now + interval '30 seconds'
  where c.id in (
    select o.id from connections o
    where o.state = 'new' and o.opened_at > p_now + interval '5 seconds' order by o.id for update skip locked);
end $$;

-- Notices that the clock was set, or that no timer ran, and lets what waits go on where it was; says by how much, null when
-- nothing happened. In one transaction, though shop by shop: a step that was taken for half of the shops and then forgotten
-- would expire the orders of the others. It skips what is in other hands, so it waits for nobody.
create or replace function settle_clock(p_lease interval) returns interval
language plpgsql as $$
declare
  v_before timestamptz;
  v_now timestamptz;
  v_step interval;
  v_shop text;
begin
  insert into chores (name, done_at) values ('clock', clock_timestamp()) on conflict do nothing;
  select done_at into strict v_before from chores where name = 'clock' for update;
  v_now := clock_timestamp();
  update chores set done_at = v_now where name = 'clock';
  v_step := v_now - v_before;
  for v_shop in select t.shop from shops_to_settle(v_before, v_now) t loop
    if v_step > interval '90 seconds' then
      perform settle_shop_forward(v_shop, v_before, v_now);
    else
      perform settle_shop_back(v_shop, v_now, least(v_step, interval '0'));
    end if;
    perform settle_pause(v_shop, v_now, v_step);
  end loop;
  perform settle_connections(v_before, v_now, p_lease);
  if v_step between interval '-5 seconds' and interval '90 seconds' then
    return null;
  end if;
  -- Nothing is cut or forgotten for an hour: until then somebody may have noticed that the clock is wrong.
  update chores set done_at = v_now where name <> 'clock';
  return v_step;
end $$;

drop function settle_back(timestamptz, interval, interval);
drop function settle_forward(timestamptz, timestamptz, interval);
drop function settle_pauses(timestamptz, interval);

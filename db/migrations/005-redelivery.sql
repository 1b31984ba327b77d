-- What the timer does: push again what nobody acknowledged, end leases and orders whose time is over, tell the shop by
-- another way that an order reaches no screen. Each function may run any number of times at once and be cut anywhere:
-- rows that another call holds are skipped, and what was claimed but not finished is free again after ten seconds.

-- Claims screens that lack something: an order.placed for more than 3 s, any other event for more than 35 s (a device
-- acknowledges those within 30 s), or a snapshot for more than 5 s.
create function claim_overdue(p_limit integer)
returns table (connection text, shop text, epoch uuid, head bigint, acked_seq bigint, tries integer)
language sql volatile
begin atomic
  with overdue as (
    select c.id, s.epoch, s.head
    from connections c join streams s on s.shop = c.shop join shops on shops.id = c.shop
    where c.state = 'bound' and c.role = 'shop' and c.expires_at > now() and c.key_version = shops.key_version
      and (c.push_after is null or c.push_after <= now())
      and (
        (c.acked_seq is null and c.bound_at < now() - interval '5 seconds')
        or (c.acked_seq < s.head and exists (
          -- In order and with an end, so that it is a walk along the key: left to itself the planner reads the whole log.
          select from (
            select e.type, e.at from events e where e.shop = c.shop and e.seq > c.acked_seq order by e.seq limit 1000
          ) e
          where e.at < now() - case when e.type = 'order.placed' then interval '3 seconds' else interval '35 seconds' end))
      )
    order by c.push_after nulls first
    limit p_limit
    for update of c skip locked
  )
  update connections c set push_after = now() + interval '10 seconds', push_tries = c.push_tries + 1
  from overdue o where c.id = o.id
  returning c.id, c.shop, o.epoch, o.head, c.acked_seq, c.push_tries;
end;

-- A claimed screen has been pushed to: not again for 15 s, then 30, 60 … 240, less up to a fifth. An ack that came in
-- between has lifted the claim already.
create function settle_overdue(p_connection text) returns void
language sql volatile
begin atomic
  update connections set
    push_after = now() + least(240, 15 * 2 ^ least(push_tries - 1, 5)) * (0.8 + 0.2 * random()) * interval '1 second'
  where id = p_connection and push_after is not null;
end;

-- Closes what nobody will close: connections that never said hello (unbound), screens whose key was changed (revoked),
-- leases that ended an hour ago (lapsed: until then a ping revives them). The caller tells the gateway.
create function close_stale(p_limit integer) returns table (connection text, why text)
language sql volatile
begin atomic
  with stale as (
    select c.id, case
        when c.state = 'new' then 'unbound'
        when c.expires_at < now() - interval '1 hour' then 'lapsed'
        else 'revoked'
      end as why
    from connections c left join shops s on s.id = c.shop
    where (c.state = 'new' and c.opened_at < now() - interval '10 seconds')
      or (c.state = 'bound' and c.expires_at < now() - interval '1 hour')
      or (c.state = 'bound' and c.role = 'shop' and c.key_version < s.key_version)
    limit p_limit
    for update of c skip locked
  )
  update connections c set state = 'closed', closed_at = now() from stale s where c.id = s.id
  returning c.id, s.why;
end;

-- Expires one order that nobody accepted in time; no row when there is none left that is not in other hands. One per
-- call, because a call that held several orders and the counters of their shops could meet another that holds them the
-- other way round.
create function expire_order()
returns table (shop text, epoch uuid, seq bigint, event_id uuid, order_id uuid, type text, at text, body json)
language plpgsql as $$
#variable_conflict use_column
declare
  v_order orders;
  v_event events;
begin
  select * into v_order from orders o where o.status = 'placed' and o.accept_by <= clock_timestamp()
  order by o.accept_by limit 1 for update skip locked;
  if found then
    v_event := move_order(v_order, 'expired', 'expired', null);
    return query select v_event.shop, (select s.epoch from streams s where s.shop = v_event.shop), v_event.seq,
      v_event.id, v_event.order_id, v_event.type, wire_time(v_event.at), v_event.body;
  end if;
end $$;

-- Orders that reached no device in time, and what became of telling the shop by its webhook.
create table escalations (
  order_id uuid primary key references orders (id) on delete cascade,
  shop text not null,
  -- id of the message: the same at every try, so that the receiver can tell them
  id uuid not null default gen_random_uuid(),
  since timestamptz not null default now(),
  tries integer not null default 0,
  next_at timestamptz not null default now(),
  delivered_at timestamptz,
  -- given up: the dead letters that somebody should look at
  dead_at timestamptz,
  last_error text
);
create index escalations_due on escalations (next_at) where delivered_at is null and dead_at is null;

-- Notes every order that is still only placed and has reached no device for p_after. Its shop may have no webhook: then
-- the row alone stands for it.
create function escalate(p_after interval) returns table (order_id uuid, shop text, has_webhook boolean)
language sql volatile
begin atomic
  insert into escalations as e (order_id, shop, dead_at, last_error)
  select o.id, o.shop, case when s.webhook_url is null then now() end, case when s.webhook_url is null then 'the shop has no webhook' end
  from orders o join shops s on s.id = o.shop join shop_acks a on a.shop = o.shop
  where o.status = 'placed' and o.placed_seq > a.seq and o.placed_at < now() - p_after
  on conflict do nothing
  returning e.order_id, e.shop, e.dead_at is null;
end;

-- Claims messages to shops that are due. webhook-id is id.
create function claim_escalations(p_limit integer)
returns table (order_id uuid, id uuid, shop text, tries integer, url text, secret text, body json, since text)
language sql volatile
begin atomic
  with due as (
    select e.order_id from escalations e
    where e.delivered_at is null and e.dead_at is null and e.next_at <= now()
    order by e.next_at limit p_limit for update skip locked
  )
  update escalations e set tries = e.tries + 1, next_at = now() + interval '10 seconds'
  from due d, orders o, shops s
  where e.order_id = d.order_id and o.id = e.order_id and s.id = e.shop and s.webhook_url is not null
  returning e.order_id, e.id, e.shop, e.tries, s.webhook_url, s.webhook_secret, order_json(o), wire_time(e.since);
end;

-- When a chore was last done, so that it is done once by whichever call comes first.
create table chores (
  name text primary key,
  done_at timestamptz not null
);
insert into chores (name, done_at) values ('clean up', '-infinity');

-- Whether a chore is this call's to do, now.
create function take_chore(p_name text, p_every interval) returns boolean
language sql volatile
begin atomic
  with taken as (
    update chores set done_at = now() where name = p_name and done_at < now() - p_every returning name
  )
  select exists (select from taken);
end;

-- Cuts one shop's log below what is older than p_keep, ten thousand events at most, and says how many went. One shop per
-- call: its orders wait meanwhile.
create function cut_log(p_shop text, p_keep interval) returns bigint
language plpgsql as $$
declare
  v_min bigint;
  v_head bigint;
  v_cut bigint;
begin
  select s.min_seq, s.head into strict v_min, v_head from streams s where s.shop = p_shop;
  -- The event at head stays, however old it is: without it every cursor there would be lost, again and again.
  select max(e.seq) into v_cut from events e
  where e.shop = p_shop and e.seq < least(v_min + 10000, v_head) and e.at < now() - p_keep;
  if v_cut is null then
    return 0;
  end if;
  update streams set min_seq = v_cut + 1 where shop = p_shop and min_seq <= v_cut;
  delete from events where shop = p_shop and seq <= v_cut;
  return v_cut - v_min + 1;
end $$;

-- Forgets commands, tombstones and counts that are past their use.
create function forget_old(p_keep interval) returns void
language sql volatile
begin atomic
  delete from commands where at < now() - p_keep;
  delete from connections where state = 'closed' and closed_at < now() - interval '1 day';
  delete from rate_limits where started_at < now() - interval '10 minutes';
end;

-- What must never be, counted: every number is 0. It looks at the last thousand events of each shop.
create function audit(out gaps bigint, out head_mismatches bigint, out orders_without_event bigint, out stuck_orders bigint)
language sql stable
begin atomic
  select
    (select count(*) from streams s cross join lateral (
        select l.seq - lag(l.seq, 1, greatest(s.min_seq - 1, s.head - 1000)) over (order by l.seq) as step
        from (select e.seq from events e where e.shop = s.shop order by e.seq desc limit 1000) l
      ) e where e.step > 1),
    (select count(*) from streams s
      where s.head <> coalesce((select max(e.seq) from events e where e.shop = s.shop), s.min_seq - 1)),
    (select count(*) from orders o
      where o.status in ('placed', 'accepted', 'ready')
        and o.placed_seq >= (select s.min_seq from streams s where s.shop = o.shop)
        and not exists (select from events e where e.shop = o.shop and e.seq = o.placed_seq and e.order_id = o.id)),
    (select count(*) from orders o where o.status = 'placed' and o.accept_by < now() - interval '5 minutes');
end;

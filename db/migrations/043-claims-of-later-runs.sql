-- A run of the timer that began before another, and came to a row after it, took the other's claim for the moment of a
-- clock that has been set: the claim lies ten seconds after the beginning of a later run. The shop was called twice. Runs
-- that begin together begin within a few seconds; a clock that was set less far than that back is waited for.

-- Whether a screen may be pushed to again: not while it is claimed, and not before its pause is over. A moment that is
-- further ahead than any pause was written by a clock that has been set since.
create or replace function may_push(p_after timestamptz, p_tries integer) returns boolean
language sql stable as $$
  select p_after is null or p_after <= now() or p_after > now() + push_pause(p_tries) + interval '5 seconds'
$$;

-- Whether a message to a shop is due; further ahead than any pause as in may_push.
create or replace function may_call(p_next timestamptz, p_tries integer) returns boolean
language sql stable as $$
  select p_next <= now() or p_next > now() + call_pause(p_tries) + interval '5 seconds'
$$;

-- What the version before calls, with the same rule.
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
      and may_call(e.next_at, e.tries)
  ), next as materialized (
    select d.order_id from due d order by d.turn, d.next_at limit p_limit
  ), held as (
    -- What another run has claimed meanwhile is no longer due.
    select e.order_id from escalations e join next n on n.order_id = e.order_id
    where e.delivered_at is null and e.dead_at is null
      and may_call(e.next_at, e.tries)
    for update of e skip locked
  )
  update escalations e set tries = e.tries + 1, next_at = now() + interval '10 seconds'
  from held h, orders o, shops s
  where e.order_id = h.order_id and o.id = e.order_id and s.id = e.shop
  returning e.order_id, e.id, e.shop, e.tries, s.webhook_url, s.webhook_secret, order_json(o), wire_time(e.since);
end;

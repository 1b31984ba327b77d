-- The clock of the database is not always right: it is set forward or back by minutes, hours or days. What is stored of
-- it then lies in the future, or seems long past. Three rules hold from here on:
--
-- 1. A moment more than five seconds ahead of the clock is not believed. Smaller steps are what keeping the time takes.
-- 2. Nothing waits longer than its own time from now on, whatever is stored.
-- 3. The timer notices a step, since it runs every 20 s (settle_clock), and lets what waits go on where it was.
--
-- And a number of an order that is still open is not given to another order of a later day.

-- What the waits of an order count from: placed_at, until the clock has been set.
alter table orders add column waits_from timestamptz;
-- Numbers of open orders of other days: the present day's numbers leave them out.
alter table streams add column held_numbers integer[];

-- The present moment; or p_last, where the clock is behind it by what keeping the time takes, so that times stay in order.
create function moment_after(p_last timestamptz) returns timestamptz
language sql volatile
return case when p_last > clock_timestamp() + interval '5 seconds' then clock_timestamp()
  else greatest(clock_timestamp(), p_last) end;

-- Whether a moment lies within the last p_time. One in the future does not.
create function is_within(p_at timestamptz, p_time interval) returns boolean
language sql volatile
return p_at > clock_timestamp() - p_time and p_at <= clock_timestamp() + interval '5 seconds';

-- The lowest number above p_last that is not held.
create function next_number(p_last integer, p_held integer[]) returns integer
language sql immutable
return (select min(n) from generate_series(p_last + 1, p_last + 1 + coalesce(cardinality(p_held), 0)) n
  where p_held is null or n <> all (p_held));

-- Those of the held numbers that are above p_last; null when there are none.
create function numbers_above(p_last integer, p_held integer[]) returns integer[]
language sql immutable
return (select array_agg(n order by n) from unnest(p_held) n where n > p_last);

-- The last number of a shop's day (0 if there is none), and the numbers of open orders of its other days. Of those the
-- newest thousand, or a shop that never completes an order would see its numbers grow for ever.
create function day_numbers(p_shop text, p_day date, out last integer, out held integer[])
language sql stable
begin atomic
  select
    coalesce((select max(o.number) from orders o where o.shop = p_shop and o.day = p_day), 0),
    (select array_agg(distinct o.number) from (
      select o.number, o.day from orders o
      where o.shop = p_shop and o.status in ('placed', 'accepted', 'ready')
      order by o.placed_seq desc limit 1000
    ) o where o.day <> p_day);
end;

-- What does not concern every order of a shop: its day or the minute of its limit begins, or the number that is next is
-- held. The caller has just counted an order in s and holds that row; p_day is the order's.
create function begin_day_or_minute(s streams, p_day date) returns streams
language plpgsql as $$
begin
  if p_day <> s.order_day then
    -- Once a day, and when the time zone or a corrected clock brings a day back: its numbers then go on.
    select p_day, d.held, next_number(d.last, d.held) into s.order_day, s.held_numbers, s.order_number
    from day_numbers(s.shop, p_day) d;
  elsif s.order_number = any (s.held_numbers) then
    s.held_numbers := numbers_above(s.order_number, s.held_numbers);
    s.order_number := next_number(s.order_number, s.held_numbers);
  end if;
  if s.rate_from <= s.last_at - interval '1 minute' or s.rate_from > s.last_at then
    s.rate_from := s.last_at;
    s.rate_count := 1;
  end if;
  update streams t set
    order_day = s.order_day, order_number = s.order_number, held_numbers = s.held_numbers,
    rate_from = s.rate_from, rate_count = s.rate_count
  where t.shop = s.shop;
  return s;
end $$;

-- How long re-delivery leaves a screen alone at most, after so many tries.
create function push_pause(p_tries integer) returns interval
language sql immutable
return 15 * 2 ^ least(4, greatest(0, p_tries - 30)) * interval '1 second';

-- How long after so many tries a shop's webhook is called again: 10, 20, 40 s …
create function call_pause(p_tries integer) returns interval
language sql immutable
return 10 * 2 ^ least(7, greatest(0, p_tries - 1)) * interval '1 second';

-- Counts one for a subject (a text that holds no personal data in the clear) and refuses above the limit.
create or replace function take_rate(p_subject text, p_per_minute integer) returns void
language plpgsql as $$
declare
  v_count integer;
  v_started_at timestamptz;
begin
  insert into rate_limits as r (subject, started_at, count) values (p_subject, clock_timestamp(), 1)
  on conflict (subject) do update set
    count = case when is_within(r.started_at, interval '1 minute') then r.count + 1 else 1 end,
    started_at = case when is_within(r.started_at, interval '1 minute') then r.started_at else clock_timestamp() end
  returning r.count, r.started_at into v_count, v_started_at;
  if v_count > p_per_minute then
    perform refuse_rate(v_started_at);
  end if;
end $$;

-- Refusals are raised, each with its own SQLSTATE (db/refusals.ts reads them): one that was returned would commit the
-- idempotency key with it.
create or replace function refuse_rate(p_started_at timestamptz) returns void
language plpgsql as $$
begin
  raise exception 'too many orders, wait a moment' using errcode = 'WO006',
    detail = least(60, greatest(1, ceil(60 - extract(epoch from clock_timestamp() - p_started_at))))::integer::text;
end $$;

-- Places an order: one call, one autocommitted statement, READ COMMITTED. In this order:
--   claim the key (a known one is answered before anything else is looked at) → limits → shop → price every line from
--   the menu → the shop's counter, as late as possible, since from there on the shop's other orders wait → order, event.
-- Limits are per minute; null lifts one. p_address is the caller's network address, already hashed.
create or replace function place_order(
  p_key uuid, p_body_hash bytea, p_shop text, p_dishes text[], p_quantities integer[], p_notes text[],
  p_customer_name text, p_customer_phone text, p_customer_address text, p_note text, p_expected_total_cents bigint,
  p_address text, p_per_address integer, p_per_phone integer, p_per_shop integer, p_max_order_bytes integer,
  out replayed boolean, out order_id uuid, out epoch uuid, out seq bigint, out event_id uuid, out at text, out body json
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_id uuid := gen_random_uuid();
  v_known order_keys;
  v_order orders;
  v_shop shops;
  v_stream streams;
  v_items json;
  v_total bigint;
  v_missing json;
  v_day date;
begin
  insert into order_keys (key, body_hash, order_id) values (p_key, p_body_hash, v_id) on conflict do nothing;
  if not found then
    -- A second statement: in READ COMMITTED it sees what the winner of a race has committed in the meantime.
    select * into strict v_known from order_keys where key = p_key;
    if v_known.body_hash <> p_body_hash then
      raise exception 'this Idempotency-Key belongs to another order' using errcode = 'WO005';
    end if;
    select * into v_order from orders where id = v_known.order_id;
    if not found then
      raise exception 'the order of this Idempotency-Key is no longer kept' using errcode = 'WO008';
    end if;
    replayed := true;
    order_id := v_order.id;
    body := placed_order_json(v_order);
    return;
  end if;

  if p_per_address is not null and p_address is not null then
    perform take_rate('address:' || p_address, p_per_address);
  end if;
  if p_per_phone is not null then
    perform take_rate('phone:' || encode(sha256(convert_to(regexp_replace(p_customer_phone, '[^0-9]', '', 'g'), 'UTF8')), 'hex'), p_per_phone);
  end if;

  select * into v_shop from shops where id = p_shop;
  if not found then
    raise exception 'there is no such shop' using errcode = 'WO001';
  end if;
  if not v_shop.open then
    raise exception 'the shop is closed' using errcode = 'WO002';
  end if;

  with line as (
    select l.line, l.dish, l.quantity, l.note, d.name, d.price_cents, coalesce(d.available, false) as available
    from unnest(p_dishes, p_quantities, p_notes) with ordinality as l (dish, quantity, note, line)
    left join dishes d on d.shop = p_shop and d.id = l.dish
  ), kept as (
    insert into order_items (order_id, line, dish, name, price_cents, quantity, note)
    select v_id, line, dish, name, price_cents, quantity, note from line where available
  )
  select
    array_to_json(array_agg(row(dish, name, price_cents, quantity, note)::wire_item order by line)),
    sum(price_cents::bigint * quantity),
    json_agg(line - 1 order by line) filter (where not available)
  into v_items, v_total, v_missing
  from line;
  if v_missing is not null then
    raise exception 'a dish is sold out or no longer on the menu' using errcode = 'WO003', detail = v_missing::text;
  end if;
  if v_total <> p_expected_total_cents then
    raise exception 'the total is now %', v_total using errcode = 'WO004';
  end if;

  -- From here to the commit the shop's other orders wait. The update waits for the row first and then reads the clock,
  -- so placed_at, the number of the day and seq agree in their order.
  update streams s set
    head = s.head + 1, last_at = moment_after(s.last_at),
    order_number = s.order_number + 1, rate_count = s.rate_count + 1
  where s.shop = p_shop
  returning * into strict v_stream;
  v_day := (v_stream.last_at at time zone v_shop.time_zone)::date;
  if v_day <> v_stream.order_day or v_stream.order_number = any (v_stream.held_numbers)
    or v_stream.rate_from <= v_stream.last_at - interval '1 minute' or v_stream.rate_from > v_stream.last_at then
    v_stream := begin_day_or_minute(v_stream, v_day);
  end if;
  if v_stream.rate_count > p_per_shop then
    perform refuse_rate(v_stream.rate_from);
  end if;

  insert into orders (id, shop, number, day, status, version, total_cents, currency, customer_name, customer_phone,
    customer_address, note, placed_at, updated_at, placed_seq, accept_by)
  values (v_id, p_shop, v_stream.order_number, v_stream.order_day, 'placed', 1, v_total, v_shop.currency, p_customer_name,
    p_customer_phone, p_customer_address, p_note, v_stream.last_at, v_stream.last_at, v_stream.head,
    v_stream.last_at + make_interval(mins => v_shop.accept_minutes))
  returning * into v_order;
  body := order_json(v_order, v_items);
  if octet_length(body::text) > p_max_order_bytes then
    raise exception 'the order is too large' using errcode = 'WO007';
  end if;
  insert into events (shop, seq, type, at, order_id, body)
  values (p_shop, v_stream.head, 'order.placed', v_order.placed_at, v_id, body)
  returning id into event_id;
  replayed := false;
  order_id := v_id;
  epoch := v_stream.epoch;
  seq := v_stream.head;
  at := wire_time(v_order.placed_at);
end $$;

-- Moves an order, whose row the caller has locked and checked, to another state and logs that.
create or replace function move_order(o orders, p_to text, p_reason text, p_prep_minutes integer) returns events
language plpgsql as $$
declare
  v_now timestamptz := moment_after(o.updated_at);
begin
  update orders set
    status = p_to, version = version + 1, updated_at = v_now, reason = p_reason,
    accepted_at = case when p_to = 'accepted' then v_now else accepted_at end,
    ready_at = case when p_to = 'accepted' then v_now + make_interval(mins => p_prep_minutes) else ready_at end
  where id = o.id
  returning * into strict o;
  return append_event(o, 'order.' || p_to, v_now);
end $$;

-- Accepts what the first acknowledgement of p_from + 1 … p_to brings to a device, if that is soon enough after the
-- order was placed: an order that waited while the shop was away is a person's decision. Orders are locked before the
-- stream, as everywhere.
create or replace function auto_accept(p_shop text, p_from bigint, p_to bigint, p_within interval)
returns table (epoch uuid, seq bigint, event_id uuid, order_id uuid, type text, at text, body json)
language plpgsql as $$
#variable_conflict use_column
declare
  v_id uuid;
  v_locked uuid[];
  v_order orders;
  v_event events;
begin
  select array_agg(o.id order by o.placed_seq) into v_locked from (
    select o.id, o.placed_seq from orders o
    where o.shop = p_shop and o.status = 'placed' and o.placed_seq > p_from and o.placed_seq <= p_to
      and coalesce(o.waits_from, o.placed_at) > clock_timestamp() - p_within
      and exists (select from shops s where s.id = p_shop and s.auto_accept)
    order by o.placed_seq for update
  ) o;
  foreach v_id in array coalesce(v_locked, '{}') loop
    select * into strict v_order from orders o where o.id = v_id;
    v_event := move_order(v_order, 'accepted', null, usual_minutes(p_shop));
    return query select (select s.epoch from streams s where s.shop = p_shop), v_event.seq, v_event.id, v_event.order_id, v_event.type, wire_time(v_event.at), v_event.body;
  end loop;
end $$;

-- Runs a command as one autocommitted statement. The same id with the same content is answered with the outcome that
-- was committed, refusals of the state machine included; with other content it is refused. p_operation is the operation
-- as the frame has it, p_order its order (null for an id that cannot be one). p_customer says that the holder of the
-- order's token asks, not the shop. seq is null when nothing was logged. p_connection is the screen that asks: the
-- result tells it what the event would, so if it had everything before, the event counts as acknowledged there and costs
-- no call of its own.
create or replace function run_command(
  p_scope text, p_id uuid, p_content_hash bytea, p_shop text, p_customer boolean, p_operation jsonb, p_order uuid, p_connection text,
  out outcome json, out shop_changed boolean, out epoch uuid, out seq bigint, out event_id uuid, out order_id uuid, out type text, out at text, out body json
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_known commands;
  v_order orders;
  v_event events;
  v_op text := p_operation ->> 'op';
  v_to text := case v_op when 'accept' then 'accepted' when 'reject' then 'rejected' when 'ready' then 'ready'
    when 'complete' then 'completed' when 'cancel' then 'cancelled' end;
  v_reason text := case when v_op = 'cancel' and p_customer then 'customer_request'
    when v_op in ('reject', 'cancel') then coalesce(p_operation ->> 'reason', 'other') end;
begin
  shop_changed := false;
  insert into commands (scope, id, content_hash) values (p_scope, p_id, p_content_hash) on conflict do nothing;
  if not found then
    select * into strict v_known from commands where scope = p_scope and id = p_id;
    outcome := case
      when v_known.content_hash <> p_content_hash then refused('invalid_request', 'this command id belongs to another command')
      -- Keyed by the device, so that another one that comes with the same id does not print as well.
      when v_op = 'claim_print' then claim_print(p_shop, p_order, p_connection)
      else v_known.outcome end;
    return;
  end if;

  if v_op = 'claim_print' then
    outcome := claim_print(p_shop, p_order, p_connection);
  elsif not p_operation ? 'order' then
    outcome := change_shop(p_shop, p_operation);
    shop_changed := outcome is null;
    outcome := coalesce(outcome, '{"ok":true}');
  else
    select * into v_order from orders where id = p_order and shop = p_shop for update;
    if not found then
      outcome := refused('not_found', 'there is no such order');
    elsif v_op = 'remind' then
      if v_order.status not in ('placed', 'accepted', 'ready') then
        outcome := refused('invalid_transition', 'the order is ' || v_order.status, v_order);
      elsif is_within(v_order.reminded_at, interval '1 minute') then
        -- Not kept: the same command may be tried again.
        delete from commands where scope = p_scope and id = p_id;
        outcome := refused('rate_limited', 'at most one reminder a minute');
        return;
      else
        update orders set reminded_at = clock_timestamp() where id = p_order returning * into strict v_order;
        v_event := append_event(v_order, 'order.reminded', v_order.reminded_at);
      end if;
    elsif v_order.version <> (p_operation ->> 'version')::integer then
      outcome := refused('version_conflict', 'the order has changed', v_order);
    elsif not may_become(v_order.status, v_to) or (p_customer and v_order.status <> 'placed') then
      outcome := refused('invalid_transition', 'the order is ' || v_order.status, v_order);
    else
      v_event := move_order(v_order, v_to, v_reason, coalesce((p_operation ->> 'prepMinutes')::integer, usual_minutes(p_shop)));
    end if;
    if v_event.seq is not null then
      outcome := json_build_object('ok', true, 'order', v_event.body);
      select s.epoch into epoch from streams s where s.shop = p_shop;
      seq := v_event.seq;
      event_id := v_event.id;
      order_id := v_event.order_id;
      type := v_event.type;
      at := wire_time(v_event.at);
      body := v_event.body;
      update connections c set acked_seq = v_event.seq
      where c.id = p_connection and c.acked_seq = v_event.seq - 1 and c.page_seq is null;
    end if;
  end if;
  update commands set outcome = run_command.outcome where scope = p_scope and id = p_id;
end $$;

-- Claims screens that lack something: an order.placed for more than 3 s, any other event for more than 35 s (a device
-- acknowledges those within 30 s), or a snapshot for more than 5 s.
create or replace function claim_overdue(p_limit integer)
returns table (connection text, shop text, epoch uuid, head bigint, acked_seq bigint, tries integer)
language sql volatile
begin atomic
  with overdue as (
    select c.id, s.epoch, s.head
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
    order by c.push_after nulls first
    limit p_limit
    for update of c skip locked
  )
  update connections c set push_after = now() + interval '10 seconds', push_tries = c.push_tries + 1
  from overdue o where c.id = o.id
  returning c.id, c.shop, o.epoch, o.head, c.acked_seq, c.push_tries;
end;

-- A claimed screen has been pushed to: not again for 15 s, less up to a fifth, so every run of the timer comes by. Only
-- after ten minutes of that, from a device that is alive and acknowledges nothing, it is 30, 60 … 240 s. An ack that
-- came in between has lifted the claim already.
create or replace function settle_overdue(p_connection text) returns void
language sql volatile
begin atomic
  update connections set
    push_after = now() + (0.8 + 0.2 * random()) * push_pause(push_tries)
  where id = p_connection and push_after is not null;
end;

-- Notes every order that is still only placed and has reached no device for p_after. Its shop may have no webhook: then
-- the row alone stands for it.
create or replace function escalate(p_after interval) returns table (order_id uuid, shop text, has_webhook boolean)
language sql volatile
begin atomic
  insert into escalations as e (order_id, shop, dead_at, last_error)
  select o.id, o.shop, case when s.webhook_url is null then now() end, case when s.webhook_url is null then 'the shop has no webhook' end
  from orders o join shops s on s.id = o.shop join shop_acks a on a.shop = o.shop
  where o.status = 'placed' and o.placed_seq > a.seq and coalesce(o.waits_from, o.placed_at) < now() - p_after
  on conflict do nothing
  returning e.order_id, e.shop, e.dead_at is null;
end;

-- Claims messages to shops that are due. webhook-id is id.
create or replace function claim_escalations(p_limit integer)
returns table (order_id uuid, id uuid, shop text, tries integer, url text, secret text, body json, since text)
language sql volatile
begin atomic
  with due as (
    select e.order_id from escalations e
    where e.delivered_at is null and e.dead_at is null and (e.next_at <= now() or e.next_at > now() + call_pause(e.tries))
    order by e.next_at limit p_limit for update skip locked
  )
  update escalations e set tries = e.tries + 1, next_at = now() + interval '10 seconds'
  from due d, orders o, shops s
  where e.order_id = d.order_id and o.id = e.order_id and s.id = e.shop and s.webhook_url is not null
  returning e.order_id, e.id, e.shop, e.tries, s.webhook_url, s.webhook_secret, order_json(o), wire_time(e.since);
end;

-- Whether a chore is this call's to do, now.
create or replace function take_chore(p_name text, p_every interval) returns boolean
language sql volatile
begin atomic
  with taken as (
    update chores set done_at = now() where name = p_name and (done_at < now() - p_every or done_at > now() + interval '5 seconds') returning name
  )
  select exists (select from taken);
end;

-- Forgets commands, tombstones and counts that are past their use. What lies in the future begins anew: it was written by
-- a clock that was ahead.
create or replace function forget_old(p_keep interval) returns void
language sql volatile
begin atomic
  update commands set at = now() where at > now() + interval '5 seconds';
  update connections set closed_at = now() where state = 'closed' and closed_at > now() + interval '5 seconds';
  delete from commands where at < now() - p_keep;
  delete from connections where state = 'closed' and closed_at < now() - interval '1 day';
  delete from rate_limits where started_at < now() - interval '10 minutes' or started_at > now() + interval '5 seconds';
end;

-- Lets what waits go on where it was, when the clock has been set since the last run of the timer, and answers by how
-- much it seems to have been set; null if it has not. Every run of the timer calls this first. A run that comes late is
-- taken for a clock that was set forward: waits stood still as long as no timer ran. p_lease is that of a connection.
create function settle_clock(p_lease interval) returns interval
language plpgsql as $$
declare
  v_before timestamptz;
  v_now timestamptz;
  v_step interval;
begin
  insert into chores (name, done_at) values ('clock', clock_timestamp()) on conflict do nothing;
  select done_at into strict v_before from chores where name = 'clock' for update;
  v_now := clock_timestamp();
  update chores set done_at = v_now where name = 'clock';
  v_step := v_now - v_before;
  if v_step > interval '90 seconds' then
    perform settle_forward(v_before, v_now, p_lease);
  else
    perform settle_back(v_now, least(v_step, interval '0'), p_lease);
  end if;
  if v_step between interval '-5 seconds' and interval '90 seconds' then
    return null;
  end if;
  -- Nothing is cut or forgotten for an hour: until then somebody may have noticed that the clock is wrong.
  update chores set done_at = v_now where name <> 'clock';
  return v_step;
end $$;

-- The clock was ahead, and now is p_step (0 or less) behind what the timer saw last. Rows that others hold are skipped:
-- they are about to be changed, and the next run comes.
create function settle_back(p_now timestamptz, p_step interval, p_lease interval) returns void
language plpgsql as $$
begin
  update orders o set waits_from = w.since, accept_by = w.since + w.patience
  from (
    select o.id, least(coalesce(o.waits_from, o.placed_at) + p_step, p_now) as since,
      case when o.accept_by - coalesce(o.waits_from, o.placed_at) between interval '1 minute' and interval '60 minutes'
        then o.accept_by - coalesce(o.waits_from, o.placed_at) else make_interval(mins => s.accept_minutes) end as patience
    from orders o join shops s on s.id = o.shop
    where o.status = 'placed' and o.accept_by > p_now
      and (coalesce(o.waits_from, o.placed_at) > p_now + interval '5 seconds' or o.accept_by > p_now + interval '61 minutes')
    order by o.id for update of o skip locked
  ) w
  where o.id = w.id;
  update connections c set
    expires_at = least(c.expires_at + p_step, p_now + p_lease),
    opened_at = least(c.opened_at, p_now), bound_at = least(c.bound_at, p_now)
  where c.id in (
    select c.id from connections c
    where c.state = 'bound' and c.expires_at > p_now + p_lease + interval '5 seconds'
    order by c.id for update skip locked);
  update connections c set opened_at = p_now, expires_at = p_now + interval '30 seconds'
  where c.id in (
    select c.id from connections c
    where c.state = 'new' and c.opened_at > p_now + interval '5 seconds'
    order by c.id for update skip locked);
end $$;

-- The clock has been set forward by about p_now - p_before, or no timer has run for so long.
create function settle_forward(p_before timestamptz, p_now timestamptz, p_lease interval) returns void
language plpgsql as $$
begin
  update orders o set waits_from = w.since, accept_by = o.accept_by + (w.since - coalesce(o.waits_from, o.placed_at))
  from (
    select o.id, least(coalesce(o.waits_from, o.placed_at) + (p_now - p_before), p_now) as since
    from orders o
    where o.status = 'placed' and o.accept_by > p_before
    order by o.id for update skip locked
  ) w
  where o.id = w.id;
  update connections c set
    expires_at = least(c.expires_at + (p_now - p_before), p_now + p_lease),
    opened_at = least(c.opened_at + (p_now - p_before), p_now), bound_at = least(c.bound_at + (p_now - p_before), p_now)
  where c.id in (
    select c.id from connections c
    where c.state <> 'closed' and c.expires_at > p_before
    order by c.id for update skip locked);
  update escalations e set next_at = e.next_at + (p_now - p_before)
  where e.order_id in (
    select e.order_id from escalations e
    where e.delivered_at is null and e.dead_at is null and e.next_at between p_before and p_now
    order by e.order_id for update skip locked);
end $$;

-- Adds a member or renews its lease: 'added'; 'closed' (a tombstone stands); 'taken' (another one has the name, or this
-- one has another name).
create or replace function add_chat_member(p_id text, p_name text, p_lease_seconds integer) returns text
language plpgsql as $$
declare
  v_lease interval := make_interval(secs => p_lease_seconds);
begin
  -- Written by a clock that was ahead: their lease is a whole one from now on.
  update chat_members m set expires_at = now() + v_lease, renewed_at = least(m.renewed_at, now())
  where m.id in (
    select id from chat_members where expires_at > now() + v_lease + interval '5 seconds' limit 1000 for update skip locked);
  -- A few of the lapsed go with every one that comes, so that none stay for ever.
  delete from chat_members where id in (
    select id from chat_members where expires_at <= now() and id <> p_id order by expires_at limit 20
    for update skip locked);
  delete from chat_members where name = p_name and id <> p_id and expires_at <= now();
  -- In a block of its own: what an exception undoes is only this.
  begin
    insert into chat_members as m (id, name, expires_at) values (p_id, p_name, now() + v_lease)
    on conflict (id) do update set name = excluded.name, renewed_at = now(), expires_at = excluded.expires_at
      where m.name = excluded.name or (m.name is not null and m.expires_at <= now());
    if found then
      return 'added';
    end if;
  exception when unique_violation then
    return 'taken';
  end;
  return (select case when name is null then 'closed' else 'taken' end from chat_members where id = p_id);
end $$;

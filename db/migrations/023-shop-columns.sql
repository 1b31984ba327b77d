-- What belongs to a shop says so in a column of its own, which 025 makes the first of its key: then one key makes one
-- order of one shop, what a shop does touches no other shop's rows, and shops may lie on different servers. Here the
-- columns come, and whatever is written from now on fills them; 024 fills what was there before.
-- Nothing that changes with each call (a clock, a random number) stands in an update's set list or in `on conflict`: such
-- a statement could not run on the server that holds the shop.

-- In the order in which place_order takes them.
alter table order_keys add column shop text;
alter table order_items add column shop text;
alter table commands add column shop text;
alter table print_claims add column shop text;
alter table followers add column shop text;

-- As before, at a moment that the caller has read.
create function is_within(p_at timestamptz, p_time interval, p_now timestamptz) returns boolean language sql stable
return p_at > p_now - p_time and p_at <= p_now + interval '5 seconds';

-- As before, at a moment that the caller has read.
create function moment_after(p_last timestamptz, p_now timestamptz) returns timestamptz language sql stable
return case when p_last > p_now + interval '5 seconds' then p_now else greatest(p_now, p_last) end;

-- As before.
create or replace function count_rate(p_subject text, p_per_minute integer) returns integer language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  v_count integer;
  v_started_at timestamptz;
begin
  insert into rate_limits as r (subject, started_at, count) values (p_subject, v_now, 1)
  on conflict (subject) do update set
    count = case when is_within(r.started_at, interval '1 minute', v_now) then r.count + 1 else 1 end,
    started_at = case when is_within(r.started_at, interval '1 minute', v_now) then r.started_at else v_now end
  returning r.count, r.started_at into v_count, v_started_at;
  if v_count > p_per_minute then
    perform refuse_rate(v_started_at);
  end if;
  return v_count;
end $$;

-- The order that a key has made. Until 025 a key may still be one of before, whose shop nobody has noted yet.
create function known_order(p_shop text, p_key uuid, p_body_hash bytea) returns orders language plpgsql as $$
declare
  v_known order_keys;
  v_order orders;
begin
  select * into strict v_known from order_keys where key = p_key;
  if v_known.body_hash <> p_body_hash then
    raise exception 'this Idempotency-Key belongs to another order' using errcode = 'WO005';
  end if;
  select * into v_order from orders o where o.shop = p_shop and o.id = v_known.order_id;
  if not found then
    raise exception 'the order of this Idempotency-Key is no longer kept' using errcode = 'WO008';
  end if;
  return v_order;
end $$;

-- Whether an order is too large to be told in one frame, measured before the shop's other orders have to wait for it.
create function is_too_large(
  p_id uuid, p_shop text, p_items json, p_total_cents bigint, p_currency text, p_customer wire_customer, p_note text,
  p_max_bytes integer
) returns boolean language sql stable as $$
  select octet_length(row_to_json(row(
    p_id, 1, p_shop, 'placed', 1, p_items, p_total_cents, p_currency, p_customer, p_note, wire_time(now()), wire_time(now()),
    null, null)::wire_order)::text) > p_max_bytes
$$;

-- Counts an order against its caller's address and phone number, where these are limited; answers how many of the
-- address there have been in this minute.
create function count_caller(p_address text, p_per_address integer, p_phone text, p_per_phone integer) returns integer
language plpgsql as $$
declare
  v_of_address integer := 0;
begin
  if p_per_address is not null and p_address is not null then
    v_of_address := count_rate('address:' || p_address, p_per_address);
  end if;
  if p_per_phone is not null then
    perform count_rate('phone:' || encode(phone_hash(p_phone), 'hex'), p_per_phone);
  end if;
  return v_of_address;
end $$;

-- The shop, when it takes an order now: it is open, and leaves its last places in this minute to those who have had few.
create function shop_for_order(p_shop text, p_per_shop integer, p_of_address integer, p_phone text) returns shops
language plpgsql as $$
declare
  v_shop shops;
  v_count integer;
  v_from timestamptz;
begin
  -- Two statements, because a join of two rows takes longer than reading each.
  select * into v_shop from shops where id = p_shop;
  if not found then
    raise exception 'there is no such shop' using errcode = 'WO001';
  end if;
  if not v_shop.open then
    raise exception 'the shop is closed' using errcode = 'WO002';
  end if;
  select rate_count, rate_from into strict v_count, v_from from streams where shop = p_shop;
  if v_count * 2 >= p_per_shop and is_within(v_from, interval '1 minute') then
    perform refuse_unfair(p_shop, v_count, v_from, p_per_shop, p_of_address, p_phone);
  end if;
  return v_shop;
end $$;

-- Counts a new order of a shop: its seq (head), its number of the day and its moment (last_at). From here to the commit
-- the shop's other orders wait. The clock is read before that wait, so whoever waited is placed no earlier than the one
-- before: placed_at, the number of the day and seq agree in their order.
create function next_in_stream(p_shop text, p_time_zone text, p_per_shop integer) returns streams language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  v_stream streams;
  v_day date;
begin
  update streams s set
    head = s.head + 1, last_at = moment_after(s.last_at, v_now),
    order_number = s.order_number + 1, rate_count = s.rate_count + 1
  where s.shop = p_shop
  returning * into strict v_stream;
  v_day := (v_stream.last_at at time zone p_time_zone)::date;
  if v_day <> v_stream.order_day or v_stream.order_number = any (v_stream.held_numbers)
    or v_stream.rate_from <= v_stream.last_at - interval '1 minute' or v_stream.rate_from > v_stream.last_at then
    v_stream := begin_day_or_minute(v_stream, v_day);
  end if;
  if v_stream.rate_count > p_per_shop then
    perform refuse_rate(v_stream.rate_from);
  end if;
  return v_stream;
end $$;

-- Places an order, or raises a refusal, which undoes everything; its codes are in db/refusals.ts. Key → limits → shop →
-- fair shares → price every line from the menu → size → the shop's counter, as late as possible, since from there on the
-- shop's other orders wait → order, event. Every row it touches but those of the limits is of this one shop.
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
  v_order orders;
  v_shop shops;
  v_stream streams;
  v_items json;
  v_total bigint;
  v_missing json;
  v_of_address integer;
  v_is_large boolean;
begin
  insert into order_keys (shop, key, body_hash, order_id) values (p_shop, p_key, p_body_hash, v_id) on conflict do nothing;
  if not found then
    -- Another statement: in READ COMMITTED it sees what the winner of a race has committed in the meantime.
    v_order := known_order(p_shop, p_key, p_body_hash);
    replayed := true;
    order_id := v_order.id;
    body := placed_order_json(v_order);
    return;
  end if;
  v_of_address := count_caller(p_address, p_per_address, p_customer_phone, p_per_phone);
  v_shop := shop_for_order(p_shop, p_per_shop, v_of_address, p_customer_phone);

  with line as (
    select l.line, l.dish, l.quantity, l.note, d.name, d.price_cents, coalesce(d.available, false) as available
    from unnest(p_dishes, p_quantities, p_notes) with ordinality as l (dish, quantity, note, line)
    left join dishes d on d.shop = p_shop and d.id = l.dish
  ), kept as (
    insert into order_items (shop, order_id, line, dish, name, price_cents, quantity, note)
    select p_shop, v_id, line, dish, name, price_cents, quantity, note from line where available
  )
  select
    array_to_json(array_agg(row(dish, name, price_cents, quantity, note)::wire_item order by line)),
    sum(price_cents::bigint * quantity), json_agg(line - 1 order by line) filter (where not available)
  into v_items, v_total, v_missing
  from line;
  if v_missing is not null then
    raise exception 'a dish is sold out or no longer on the menu' using errcode = 'WO003', detail = v_missing::text;
  end if;
  if v_total <> p_expected_total_cents then
    raise exception 'the total is now %', v_total using errcode = 'WO004';
  end if;
  -- What stands beside the items is 3,400 bytes at most.
  v_is_large := octet_length(v_items::text) > p_max_order_bytes - 3400;
  if v_is_large and is_too_large(v_id, p_shop, v_items, v_total, v_shop.currency,
    row(p_customer_name, p_customer_phone, p_customer_address)::wire_customer, p_note, p_max_order_bytes) then
    raise exception 'the order is too large' using errcode = 'WO007';
  end if;

  v_stream := next_in_stream(p_shop, v_shop.time_zone, p_per_shop);
  insert into orders (id, shop, number, day, status, version, total_cents, currency, customer_name, customer_phone,
    customer_address, note, placed_at, updated_at, placed_seq, accept_by)
  values (v_id, p_shop, v_stream.order_number, v_stream.order_day, 'placed', 1, v_total, v_shop.currency, p_customer_name,
    p_customer_phone, p_customer_address, p_note, v_stream.last_at, v_stream.last_at, v_stream.head,
    v_stream.last_at + make_interval(mins => v_shop.accept_minutes))
  returning * into v_order;
  body := order_json(v_order, v_items);
  if v_is_large and octet_length(body::text) > p_max_order_bytes then
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

-- A command that came before, by its id. As known_order until 025.
create function known_command(p_shop text, p_scope text, p_id uuid) returns commands language sql stable as $$
  select c from commands c where c.scope = p_scope and c.id = p_id
$$;

-- How many refusals of a scope the last ten minutes have seen; it stops counting at p_enough.
create function kept_refusals(p_shop text, p_scope text, p_enough integer) returns bigint language sql stable
return (select count(*) from (
  select from commands c
  where c.shop = p_shop and c.scope = p_scope and c.refused and c.at > now() - interval '10 minutes' limit p_enough) c);

-- As before.
create or replace function claim_print(p_shop text, p_order uuid, p_connection text) returns json language plpgsql as $$
declare
  v_device uuid := (select c.device from connections c where c.id = p_connection);
begin
  if not exists (select from orders o where o.shop = p_shop and o.id = p_order) then
    return refused('not_found', 'there is no such order');
  elsif v_device is null then
    return refused('invalid_request', 'only a screen prints');
  end if;
  insert into print_claims (shop, order_id, device) values (p_shop, p_order, v_device) on conflict do nothing;
  -- A second statement: it sees what the winner of a race has committed in the meantime.
  if exists (select from print_claims c where c.order_id = p_order and c.device = v_device) then
    return '{"ok":true,"print":true}';
  end if;
  return refused('already_claimed', 'another device prints this order');
end $$;

-- As before.
create or replace function move_order(o orders, p_to text, p_reason text, p_prep_minutes integer) returns events
language plpgsql as $$
declare
  v_now timestamptz := moment_after(o.updated_at);
begin
  update orders m set
    status = p_to, version = m.version + 1, updated_at = v_now, reason = p_reason,
    accepted_at = case when p_to = 'accepted' then v_now else m.accepted_at end,
    ready_at = case when p_to = 'accepted' then v_now + make_interval(mins => p_prep_minutes) else m.ready_at end
  where m.shop = o.shop and m.id = o.id
  returning * into strict o;
  if p_to = 'completed' then
    insert into regulars as r (shop, phone, at) values (o.shop, phone_hash(o.customer_phone), v_now)
    on conflict (shop, phone) do update set at = excluded.at;
  end if;
  return append_event(o, 'order.' || p_to, v_now);
end $$;

-- Tells a shop, at its customer's wish, that an order still waits; or refuses. The caller holds the order's row.
create function remind_shop(o orders, p_scope text, out refusal json, out event events) language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
begin
  if o.status not in ('placed', 'accepted', 'ready') then
    refusal := refused('invalid_transition', 'the order is ' || o.status, o);
  elsif is_within(o.reminded_at, interval '1 minute', v_now) then
    refusal := refused('rate_limited', 'at most one reminder a minute');
  elsif (select count(*) from commands c where c.shop = o.shop and c.scope = p_scope and c.refused is not true) > 30 then
    refusal := refused('rate_limited', 'at most 30 reminders for an order');
  else
    update orders m set reminded_at = v_now where m.shop = o.shop and m.id = o.id returning * into strict o;
    event := append_event(o, 'order.reminded', v_now);
  end if;
end $$;

-- Changes an order as p_operation, an operation of the wire, says; or refuses.
create function change_order(
  p_shop text, p_scope text, p_order uuid, p_customer boolean, p_operation jsonb, out refusal json, out event events
)
language plpgsql as $$
declare
  v_order orders;
  v_reminded record;
  v_op text := p_operation ->> 'op';
  v_to text := case v_op when 'accept' then 'accepted' when 'reject' then 'rejected' when 'ready' then 'ready'
    when 'complete' then 'completed' when 'cancel' then 'cancelled' end;
  v_reason text := case when v_op = 'cancel' and p_customer then 'customer_request'
    when v_op in ('reject', 'cancel') then coalesce(p_operation ->> 'reason', 'other') end;
begin
  select * into v_order from orders o where o.shop = p_shop and o.id = p_order for update;
  if not found then
    refusal := refused('not_found', 'there is no such order');
  elsif v_op = 'remind' then
    select * into v_reminded from remind_shop(v_order, p_scope);
    refusal := v_reminded.refusal;
    event := v_reminded.event;
  elsif v_order.version <> (p_operation ->> 'version')::integer then
    refusal := refused('version_conflict', 'the order has changed', v_order);
  elsif not may_become(v_order.status, v_to) or (p_customer and v_order.status <> 'placed') then
    refusal := refused('invalid_transition', 'the order is ' || v_order.status, v_order);
  else
    event := move_order(v_order, v_to, v_reason, coalesce((p_operation ->> 'prepMinutes')::integer, usual_minutes(p_shop)));
  end if;
end $$;

-- Runs a command as one autocommitted statement. The same id with the same content is answered with the outcome that
-- was committed, refusals included for as long as they are kept; with other content it is refused. A refusal is kept
-- without the order: what comes with it is the order as it then is. p_operation is the operation
-- as the frame has it, p_order its order (null for an id that cannot be one). p_customer says that the holder of the
-- order's token asks, not the shop. seq is null when nothing was logged. p_connection is the screen that asks: the
-- result tells it what the event would, so if it had everything before, the event counts as acknowledged there and costs
-- no call of its own. Every row it touches but the connection's is of this one shop.
create or replace function run_command(
  p_scope text, p_id uuid, p_content_hash bytea, p_shop text, p_customer boolean, p_operation jsonb, p_order uuid, p_connection text,
  out outcome json, out shop_changed boolean, out epoch uuid, out seq bigint, out event_id uuid, out order_id uuid, out type text, out at text, out body json
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_known commands;
  v_changed record;
  v_event events;
  v_op text := p_operation ->> 'op';
begin
  shop_changed := false;
  if p_customer and kept_refusals(p_shop, p_scope, 20) >= 20 and known_command(p_shop, p_scope, p_id) is null then
    outcome := refused('rate_limited', 'too many commands about this order were refused, wait ten minutes');
    return;
  end if;
  insert into commands (shop, scope, id, content_hash) values (p_shop, p_scope, p_id, p_content_hash) on conflict do nothing;
  if not found then
    v_known := known_command(p_shop, p_scope, p_id);
    outcome := case
      when v_known.content_hash <> p_content_hash then refused('invalid_request', 'this command id belongs to another command')
      -- Keyed by the device, so that another one that comes with the same id does not print as well.
      when v_op = 'claim_print' then claim_print(p_shop, p_order, p_connection)
      when v_known.refused then with_order(v_known.outcome, p_shop, p_order)
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
    select * into v_changed from change_order(p_shop, p_scope, p_order, p_customer, p_operation);
    outcome := v_changed.refusal;
    v_event := v_changed.event;
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
  perform keep_outcome(p_shop, p_scope, p_id, p_customer, outcome);
end $$;

-- Keeps what a command was answered, for its repetitions.
create function keep_outcome(p_shop text, p_scope text, p_id uuid, p_customer boolean, p_outcome json) returns void
language plpgsql as $$
begin
  if (p_outcome ->> 'ok')::boolean then
    update commands c set outcome = p_outcome where c.shop = p_shop and c.scope = p_scope and c.id = p_id;
  elsif p_outcome #>> '{error,code}' = 'rate_limited' or (not p_customer and kept_refusals(p_shop, p_scope, 1000) >= 1000) then
    -- Answered, but not kept: the same reminder may be tried again, and a shop goes on working whatever its screens try.
    delete from commands c where c.shop = p_shop and c.scope = p_scope and c.id = p_id;
  else
    update commands c set outcome = (p_outcome::jsonb - 'order')::json, refused = true
    where c.shop = p_shop and c.scope = p_scope and c.id = p_id;
  end if;
end $$;

-- Lets a connection follow an order of a shop. outcome: bound, closed, taken, or full (it follows as many as it may).
create function follow_order(
  p_id text, p_shop text, p_order uuid, p_lease interval, p_per_connection integer, p_cap integer,
  out outcome text, out replaced text[]
)
language plpgsql as $$
declare
  v_connection connections;
  v_excess text[];
begin
  perform pg_advisory_xact_lock(hashtext('followers'), hashtext(p_order::text));
  insert into connections (id, state, expires_at) values (p_id, 'new', now() + p_lease) on conflict do nothing;
  v_excess := array(
    select id from (
      select c.id, c.opened_at from followers f join connections c on c.id = f.connection
      where f.shop = p_shop and f.order_id = p_order and c.state = 'bound' and c.expires_at > now() and c.id <> p_id
      order by c.opened_at desc, c.id offset p_cap - 1) s
    order by opened_at);
  -- As in bind_screen.
  perform from connections where id = p_id or id = any (v_excess) order by id for update;
  select * into strict v_connection from connections where id = p_id;
  if v_connection.state = 'closed' then
    outcome := 'closed';
    return;
  elsif v_connection.state = 'bound' and v_connection.role <> 'customer' then
    outcome := 'taken';
    return;
  elsif (select count(*) from followers where connection = p_id and order_id <> p_order) >= p_per_connection then
    outcome := 'full';
    return;
  end if;
  update connections set state = 'bound', role = 'customer', expires_at = now() + p_lease where id = p_id;
  insert into followers (connection, shop, order_id) values (p_id, p_shop, p_order) on conflict do nothing;
  update connections set state = 'closed', closed_at = now() where id = any (v_excess) and state = 'bound';
  outcome := 'bound';
  replaced := v_excess;
end $$;

-- The version before this one does not say the shop.
create or replace function follow_order(
  p_id text, p_order uuid, p_lease interval, p_per_connection integer, p_cap integer,
  out outcome text, out replaced text[]
)
language plpgsql as $$
declare
  v_shop text := (select o.shop from orders o where o.id = p_order);
begin
  select f.outcome, f.replaced into outcome, replaced
  from follow_order(p_id, v_shop, p_order, p_lease, p_per_connection, p_cap) f;
end $$;

-- Changes settings or menu as p_change, an operation of the wire, says; null, or why not.
create or replace function change_shop(p_shop text, p_change jsonb) returns json
language plpgsql as $$
declare
  v_refusal json;
  v_now timestamptz;
begin
  -- The shop before its dishes, as in upsert_shop: locked the other way round, the two could wait for each other.
  perform from shops where id = p_shop for update;
  case p_change ->> 'op'
    when 'set_dish' then
      update dishes set available = (p_change ->> 'available')::boolean where shop = p_shop and id = p_change ->> 'dish';
      v_refusal := case when not found then refused('not_found', 'there is no such dish') end;
    when 'remove_dish' then
      delete from dishes where shop = p_shop and id = p_change ->> 'dish';
      v_refusal := case when not found then refused('not_found', 'there is no such dish') end;
    when 'put_dish' then
      v_refusal := put_dish(p_shop, p_change);
    when 'order_dishes' then
      v_refusal := order_dishes(p_shop, p_change -> 'dishes');
    when 'move_dish' then
      v_refusal := move_dish(p_shop, p_change ->> 'dish', p_change ->> 'before');
    when 'move_category' then
      v_refusal := move_category(p_shop, p_change ->> 'category', p_change ->> 'before');
    when 'rename_category' then
      update dishes set category = p_change ->> 'name' where shop = p_shop and category = p_change ->> 'category';
      v_refusal := case when not found then refused('not_found', 'there is no such category') end;
    else
  end case;
  if v_refusal is null then
    v_now := clock_timestamp();
    update shops set
      version = version + 1,
      open = case when p_change ->> 'op' = 'pause' then false else coalesce((p_change ->> 'open')::boolean, open) end,
      pause_minutes = case p_change ->> 'op'
        when 'pause' then (p_change ->> 'minutes')::integer when 'set_open' then null else pause_minutes end,
      paused_until = case p_change ->> 'op'
        when 'pause' then v_now + make_interval(mins => (p_change ->> 'minutes')::integer)
        when 'set_open' then null else paused_until end,
      auto_accept = coalesce((p_change ->> 'autoAccept')::boolean, auto_accept),
      prep_minutes = coalesce((p_change ->> 'prepMinutes')::integer, prep_minutes),
      busy_minutes = coalesce((p_change ->> 'busyMinutes')::integer, busy_minutes)
    where id = p_shop;
    perform store_menu(p_shop);
  end if;
  return v_refusal;
end $$;

-- A claimed screen has been pushed to: not again for 15 s, less up to a fifth, so every run of the timer comes by. Only
-- after ten minutes of that, from a device that is alive and acknowledges nothing, it is 30, 60 … 240 s. An ack that
-- came in between has lifted the claim already.
create or replace function settle_overdue(p_connection text) returns void language plpgsql as $$
declare
  v_part double precision := 0.8 + 0.2 * random();
begin
  update connections c set push_after = now() + v_part * push_pause(c.push_tries)
  where c.id = p_connection and c.push_after is not null;
end $$;

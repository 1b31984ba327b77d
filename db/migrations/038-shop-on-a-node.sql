-- Statements as a database takes them that is spread over several servers by shop: what an update sets or answers calls
-- nothing but what depends on the row alone, what is written comes from no query that writes too, and rows of a shop and
-- rows that belong to none are read one after the other. What they do is as before.

-- Prices the lines of an order from the menu and keeps them. Raises what cannot be had, and then what is chosen wrongly.
create or replace function price_lines(p_shop text, p_id uuid, p_dishes text[], p_quantities integer[], p_notes text[],
  p_choices jsonb, out items json, out items_cents bigint, out packaging_cents bigint)
language plpgsql as $$
declare
  v_missing json;
  v_wrong json;
  v_names text[];
  v_prices integer[];
  v_choices jsonb[];
  v_choices_cents bigint[];
begin
  with line as (
    select l.line, l.dish, l.quantity, l.note, d.name, d.price_cents, d.packaging_cents, coalesce(d.available, false) as available,
      case when d.options <> '[]' or p_choices -> (l.line::integer - 1) <> '[]'
        then choose(d.options, coalesce(p_choices -> (l.line::integer - 1), '[]')) end as chosen
    from unnest(p_dishes, p_quantities, p_notes) with ordinality as l (dish, quantity, note, line)
    left join dishes d on d.shop = p_shop and d.id = l.dish
  )
  select
    array_to_json(array_agg(
      row(dish, name, price_cents, quantity, note, coalesce((chosen).choices, '[]'))::wire_line order by line)),
    sum((price_cents + coalesce((chosen).cents, 0)) * quantity), sum(l.packaging_cents::bigint * quantity),
    json_agg(case when not available then to_json(line - 1) else (
      select json_agg('items[' || line - 1 || '].choices.' || m) from unnest((chosen).missing) m) end order by line)
      filter (where not available or (chosen).missing is not null),
    json_agg((
      select json_agg(json_build_object('path', 'items[' || line - 1 || '].choices.' || w, 'message', 'too few or too many are chosen'))
      from unnest((chosen).wrong) w) order by line) filter (where (chosen).wrong is not null),
    array_agg(name order by line), array_agg(price_cents order by line),
    array_agg(coalesce((chosen).choices, '[]') order by line), array_agg(coalesce((chosen).cents, 0) order by line)
  into items, items_cents, packaging_cents, v_missing, v_wrong, v_names, v_prices, v_choices, v_choices_cents
  from line l;
  if v_missing is not null then
    raise exception 'a dish or a choice is sold out or no longer on the menu' using errcode = 'WO003', detail = v_missing::text;
  end if;
  if v_wrong is not null then
    raise exception 'with a dish too few or too many are chosen' using errcode = 'WO009', detail = v_wrong::text;
  end if;
  insert into order_items (shop, order_id, line, dish, name, price_cents, quantity, note, choices, choices_cents)
  select p_shop, p_id, l.line, l.dish, l.name, l.price_cents, l.quantity, l.note, l.choices, l.choices_cents
  from unnest(p_dishes, v_names, v_prices, p_quantities, p_notes, v_choices, v_choices_cents)
    with ordinality as l (dish, name, price_cents, quantity, note, choices, choices_cents, line);
end $$;

-- Moves an order, whose row the caller has locked and checked, to another state and logs that: one place for all that
-- changes it. An order for later is promised for its time.
create or replace function move_order(o orders, p_to text, p_reason text, p_prep_minutes integer) returns events
language plpgsql as $$
declare
  v_now timestamptz := moment_after(o.updated_at);
  v_ready_at timestamptz := v_now + make_interval(mins => p_prep_minutes);
begin
  update orders m set
    status = p_to, version = m.version + 1, updated_at = v_now, reason = p_reason,
    accepted_at = case when p_to = 'accepted' then v_now else m.accepted_at end,
    ready_at = case when p_to = 'accepted' then greatest(m.wanted_at, v_ready_at) else m.ready_at end
  where m.shop = o.shop and m.id = o.id
  returning * into strict o;
  if p_to = 'completed' then
    insert into regulars as r (shop, phone, at) values (o.shop, phone_hash(o.customer_phone), v_now)
    on conflict (shop, phone) do update set at = excluded.at;
  end if;
  return append_event(o, 'order.' || p_to, v_now);
end $$;

-- Changes settings or menu as p_change, an operation of the wire, says; null, or why not.
create or replace function change_shop(p_shop text, p_change jsonb) returns json
language plpgsql as $$
declare
  v_refusal json;
  v_op text := p_change ->> 'op';
  v_paused_until timestamptz;
begin
  -- The shop before its dishes, as in upsert_shop: locked the other way round, the two could wait for each other.
  perform from shops where id = p_shop for update;
  case v_op
    when 'set_dish' then
      update dishes set available = (p_change ->> 'available')::boolean where shop = p_shop and id = p_change ->> 'dish';
      v_refusal := case when not found then refused('not_found', 'there is no such dish') end;
    when 'set_choice' then
      v_refusal := set_choice(p_shop, p_change);
    when 'remove_dish' then
      delete from dishes where shop = p_shop and id = p_change ->> 'dish';
      v_refusal := case when not found then refused('not_found', 'there is no such dish') end;
    when 'put_dish' then
      v_refusal := put_dish(p_shop, p_change);
    when 'replace_menu' then
      -- Of a part that is not the last: what it is answered, and nothing has changed yet.
      v_refusal := put_menu_part(p_shop, p_change);
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
    v_paused_until := clock_timestamp() + make_interval(mins => (p_change ->> 'minutes')::integer);
    update shops set
      version = version + 1,
      open = case when v_op = 'pause' then false else coalesce((p_change ->> 'open')::boolean, open) end,
      pause_minutes = case
        when v_op = 'pause' then (p_change ->> 'minutes')::integer when v_op = 'set_open' then null else pause_minutes end,
      paused_until = case when v_op = 'pause' then v_paused_until when v_op = 'set_open' then null else paused_until end,
      auto_accept = coalesce((p_change ->> 'autoAccept')::boolean, auto_accept),
      prep_minutes = coalesce((p_change ->> 'prepMinutes')::integer, prep_minutes),
      busy_minutes = coalesce((p_change ->> 'busyMinutes')::integer, busy_minutes)
    where id = p_shop;
    perform set_terms(p_shop, p_change);
    perform store_menu(p_shop);
  end if;
  return v_refusal;
end $$;

-- Notes when a shop's hours next open or close it. Whoever has changed hours or time zone calls this.
create or replace function note_hours_change(p_shop text) returns void
language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  v_shop shops;
  v_change timestamptz;
begin
  select * into v_shop from shops s where s.id = p_shop;
  if not is_always(v_shop.hours) then
    v_change := coalesce((hours_at(v_shop.hours, v_shop.time_zone, v_now)).changes_at, v_now + interval '7 days');
  end if;
  update shops s set hours_change_at = v_change where s.id = p_shop;
end $$;

-- Creates a shop or brings it up to what p_shop says; keys that are absent leave what is there. With "dishes" the menu
-- becomes exactly that list, in its order; a dish keeps its availability unless it is given. The key's hash counts only
-- for a shop that is new, whose manager's it is, and "open", whatever it says, ends a pause; the answer says whether this
-- key is the shop's, so that it is the same when the call is repeated.
create or replace function upsert_shop(p_shop jsonb, p_key_hash bytea) returns boolean
language plpgsql as $$
declare
  v_id text := p_shop ->> 'id';
  v_time_zone text := coalesce(p_shop ->> 'timeZone', (select s.time_zone from shops s where s.id = v_id), 'Asia/Shanghai');
  v_created boolean;
  v_after jsonb;
  v_before jsonb;
begin
  -- An offset such as +08:00 is no name: PostgreSQL counts it westwards, everybody else eastwards.
  if v_time_zone !~ '^[A-Za-z]' then
    raise exception 'the time zone must be a name, as in Asia/Shanghai' using errcode = 'WO009';
  end if;
  begin
    perform clock_timestamp() at time zone v_time_zone;
  exception when invalid_parameter_value then
    raise exception 'the time zone is unknown to the database' using errcode = 'WO009';
  end;
  insert into shops (id, name, currency, time_zone, key_hash)
  values (v_id, p_shop ->> 'name', p_shop ->> 'currency', v_time_zone, p_key_hash)
  on conflict (id) do nothing;
  v_created := found;
  if v_created then
    perform add_key(v_id, '', 'manager', p_key_hash);
  end if;
  insert into streams (shop) values (v_id) on conflict do nothing;
  insert into shop_acks (shop) values (v_id) on conflict do nothing;

  -- Two statements: what is read in the one that waits for the lock may be older than what the lock guards.
  perform from shops s where s.id = v_id for update;
  select shop_json(s)::jsonb - '{online,open,opensAt,closesAt}'::text[] into v_before from shops s where s.id = v_id;
  update shops s set
    name = p_shop ->> 'name', currency = p_shop ->> 'currency', time_zone = v_time_zone,
    prep_minutes = coalesce((p_shop ->> 'prepMinutes')::integer, s.prep_minutes),
    accept_minutes = coalesce((p_shop ->> 'acceptMinutes')::integer, s.accept_minutes),
    auto_accept = coalesce((p_shop ->> 'autoAccept')::boolean, s.auto_accept),
    open = coalesce((p_shop ->> 'open')::boolean, s.open),
    pause_minutes = case when p_shop ? 'open' then null else s.pause_minutes end,
    paused_until = case when p_shop ? 'open' then null else s.paused_until end,
    webhook_url = case when p_shop ? 'webhook' then p_shop #>> '{webhook,url}' else s.webhook_url end,
    webhook_secret = case when p_shop ? 'webhook' then p_shop #>> '{webhook,secret}' else s.webhook_secret end
  where s.id = v_id;
  perform set_terms(v_id, p_shop);
  if p_shop ? 'dishes' then
    perform replace_menu(v_id, p_shop -> 'dishes');
  end if;
  select shop_json(s)::jsonb - '{online,open,opensAt,closesAt}'::text[] into v_after from shops s where s.id = v_id;
  if not v_created and v_after <> v_before then
    update shops s set version = s.version + 1 where s.id = v_id;
  end if;
  perform store_menu(v_id);
  return exists (select from shops s where s.id = v_id and s.key_hash = p_key_hash);
end $$;

-- Makes a connection a screen of a shop, with one of its keys. outcome: bound; closed (a tombstone stands); taken (it is
-- something else already); revoked (the key has been taken away since it was checked). replaced: the connections that had
-- to go because of the cap, oldest first.
create or replace function bind_screen_of_key(
  p_id text, p_shop text, p_key text, p_device uuid, p_lease interval, p_cap integer,
  out outcome text, out replaced text[])
language plpgsql as $$
declare
  v_connection connections;
  v_excess text[];
  v_key_version integer;
begin
  -- Held until the end: whoever revokes the key meanwhile waits, and then finds this screen.
  perform from shop_keys k where k.shop = p_shop and k.id = p_key for key share;
  if not found then
    outcome := 'revoked';
    return;
  end if;
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
  select s.key_version into v_key_version from shops s where s.id = p_shop;
  update connections set state = 'bound', role = 'shop', shop = p_shop, device = p_device, key_id = p_key,
    key_version = v_key_version, bound_at = now(),
    expires_at = now() + p_lease, epoch = null, acked_seq = null, page_seq = null, push_after = null, push_tries = 0
  where id = p_id;
  update connections set state = 'closed', closed_at = now() where id = any (v_excess) and state = 'bound';
  outcome := 'bound';
  replaced := v_excess;
end $$;

-- Claims the news of a shop, and says who its visitors are; no row when they have been told. Who was told at once is told
-- again: pushes get lost, and a visitor acknowledges nothing.
create or replace function claim_news(p_shop text) returns table (visitors text[])
language plpgsql as $$
#variable_conflict use_column
declare
  v_online boolean := exists (select from live_screens(p_shop));
  v_version bigint;
begin
  select s.version into strict v_version from shops s where s.id = p_shop;
  insert into visitor_news as n (shop, version, online, told_at) values (p_shop, v_version, v_online, now())
  on conflict (shop) do update set version = excluded.version, online = excluded.online, told_at = excluded.told_at
  where (n.version, n.online) is distinct from (excluded.version, excluded.online);
  if found then
    return query select array(select v.id from live_visitors(p_shop) v);
  end if;
end $$;

-- Claims messages to a shop that are due, for ten seconds. webhook-id is id. What is due to a shop that has lost its
-- webhook is given up.
create or replace function claim_escalations(p_shop text, p_limit integer)
returns table (order_id uuid, id uuid, shop text, tries integer, url text, secret text, body json, since text)
language plpgsql as $$
#variable_conflict use_column
declare
  v_shop shops;
  v_held uuid[];
begin
  select * into v_shop from shops s where s.id = p_shop;
  if v_shop.webhook_url is null then
    update escalations e set dead_at = now(), last_error = 'the shop has no webhook'
    where e.shop = p_shop and e.order_id in (
      select w.order_id from escalations w
      where w.shop = p_shop and w.delivered_at is null and w.dead_at is null
      limit 1000 for update of w skip locked);
    return;
  end if;
  v_held := array(
    select e.order_id from escalations e
    where e.shop = p_shop and e.delivered_at is null and e.dead_at is null and may_call(e.next_at, e.tries)
    order by e.next_at, e.order_id limit p_limit for update of e skip locked);
  update escalations e set tries = e.tries + 1, next_at = now() + interval '10 seconds'
  where e.shop = p_shop and e.order_id = any (v_held);
  return query
  select e.order_id, e.id, e.shop, e.tries, v_shop.webhook_url, v_shop.webhook_secret, order_json(o), wire_time(e.since)
  from escalations e join orders o on o.shop = e.shop and o.id = e.order_id
  where e.shop = p_shop and e.order_id = any (v_held);
end $$;

-- Claims screens of a shop that lack something, for ten seconds.
create or replace function claim_overdue(p_shop text, p_limit integer)
returns table (connection text, shop text, epoch uuid, head bigint, acked_seq bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  v_next text[];
  v_epoch uuid;
  v_head bigint;
begin
  select array_agg(l.id), min(l.epoch::text)::uuid, min(l.head) into v_next, v_epoch, v_head from (
    select l.id, l.epoch, l.head from lacking_screens(p_shop) l order by l.push_after nulls first, l.id limit p_limit) l;
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

-- Claimed screens of a shop have been pushed to: not again for 15 s, less up to a fifth, so every run of the timer comes by.
-- Only after ten minutes of that, from a device that is alive and acknowledges nothing, it is 30, 60 … 240 s. An ack that
-- came in between has lifted the claim already.
create or replace function settle_overdue(p_shop text, p_connections text[]) returns void
language plpgsql as $$
declare
  v_id text;
  v_after timestamptz;
begin
  for v_id in select t.id from unnest(p_connections) t (id) order by t.id loop
    select now() + (0.8 + 0.2 * random()) * push_pause(c.push_tries) into v_after
    from connections c where c.shop = p_shop and c.id = v_id;
    update connections c set push_after = v_after
    where c.shop = p_shop and c.id = v_id and c.push_after is not null;
  end loop;
end $$;

-- Erases what a shop's orders say of their customers: in the orders, their events and the answers that are kept to
-- commands. An answer to a repeated order is made of the order, and so has nothing left either.
create or replace function erase_orders(p_shop text, p_orders uuid[]) returns void
language plpgsql as $$
begin
  update orders o set customer_name = '', customer_phone = '', customer_address = '', note = null, erased_at = now()
  where o.shop = p_shop and o.id = any (p_orders);
  update order_items i set note = null where i.shop = p_shop and i.order_id = any (p_orders) and i.note is not null;
  update events e set body = without_customer(e.body)
  where e.shop = p_shop and e.order_id = any (p_orders)
    and e.seq >= (select min(o.placed_seq) from orders o where o.shop = p_shop and o.id = any (p_orders));
  update commands c set outcome = jsonb_set(c.outcome::jsonb, '{order}', without_customer(c.outcome -> 'order')::jsonb)::json
  where c.shop = p_shop and c.scope = any (p_orders::text[]) and c.outcome -> 'order' is not null;
  -- What the shop did to an order lies between its first moment and its last.
  update commands c set outcome = jsonb_set(c.outcome::jsonb, '{order}', without_customer(c.outcome -> 'order')::jsonb)::json
  from (
    select o.id, o.placed_at - interval '1 minute' as begins_at, greatest(o.updated_at, o.reminded_at) + interval '1 minute' as ends_at
    from orders o where o.shop = p_shop and o.id = any (p_orders)
    offset 0
  ) o
  where c.shop = p_shop and c.scope = p_shop and c.outcome #>> '{order,id}' = o.id::text
    and c.at between o.begins_at and o.ends_at;
end $$;

-- The clock has gone on, or no timer ran: what waits in a shop goes on where it was.
create or replace function settle_shop_forward(p_shop text, p_before timestamptz, p_now timestamptz) returns void
language plpgsql as $$
begin
  update orders o set waits_from = w.since, accept_by = w.accept_by
  from (
    select w.id, w.since, w.accept_by + (w.since - w.waited_from) as accept_by from (
      select o.id, o.accept_by, coalesce(o.waits_from, o.placed_at) as waited_from,
        least(coalesce(o.waits_from, o.placed_at) + (p_now - p_before), p_now) as since
      from orders o
      where o.shop = p_shop and o.status = 'placed' and o.accept_by > p_before and coalesce(o.waits_from, o.placed_at) < p_now
      order by o.id for update skip locked
    ) w
  ) w
  where o.shop = p_shop and o.id = w.id;
  update escalations e set next_at = w.next_at
  from (
    select w.order_id, w.next_at + (p_now - p_before) as next_at from escalations w
    where w.shop = p_shop and w.delivered_at is null and w.dead_at is null and w.next_at between p_before and p_now
    order by w.order_id for update skip locked
  ) w
  where e.shop = p_shop and e.order_id = w.order_id;
end $$;

-- The clock has gone back: what was written by the clock that was ahead begins to wait no later than now.
create or replace function settle_shop_back(p_shop text, p_now timestamptz, p_step interval) returns void
language plpgsql as $$
begin
  update orders o set waits_from = w.since, accept_by = w.accept_by
  from (
    select w.id, w.since, w.since + w.patience as accept_by from (
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
  ) w
  where o.shop = p_shop and o.id = w.id;
end $$;

-- The hours of a shop are looked at anew, and its pause lasts as long as it would have.
create or replace function settle_pause(p_shop text, p_now timestamptz, p_step interval) returns void
language plpgsql as $$
declare
  v_shop shops;
  v_until timestamptz;
begin
  select * into v_shop from shops s where s.id = p_shop for update skip locked;
  if not found then
    return;
  end if;
  update shops s set hours_change_at = p_now
  where s.id = p_shop and s.hours_change_at is not null
    and p_step not between interval '-5 seconds' and interval '90 seconds';
  if p_step > interval '90 seconds' and v_shop.paused_until > p_now - p_step then
    v_until := v_shop.paused_until + p_step;
  elsif p_step <= interval '90 seconds'
    and v_shop.paused_until > p_now + make_interval(mins => v_shop.pause_minutes) + interval '5 seconds' then
    v_until := least(
      v_shop.paused_until + least(p_step, interval '0'), p_now + make_interval(mins => v_shop.pause_minutes));
  else
    return;
  end if;
  update shops s set paused_until = v_until, version = s.version + 1 where s.id = p_shop;
  update menus m set version = m.version + 1 where m.shop = p_shop and m.version = v_shop.version;
end $$;

-- Leases last as long as they would have. Connections belong to no shop.
create or replace function settle_connections(p_before timestamptz, p_now timestamptz, p_lease interval) returns void
language plpgsql as $$
declare
  v_step interval := p_now - p_before;
begin
  if v_step > interval '90 seconds' then
    update connections c set expires_at = w.expires_at, opened_at = w.opened_at, bound_at = w.bound_at
    from (
      select o.id, least(o.expires_at + v_step, p_now + p_lease) as expires_at,
        least(o.opened_at + v_step, p_now) as opened_at, least(o.bound_at + v_step, p_now) as bound_at
      from connections o where o.state <> 'closed' and o.expires_at > p_before order by o.id for update skip locked
    ) w
    where c.id = w.id;
    return;
  end if;
  update connections c set expires_at = w.expires_at, opened_at = w.opened_at, bound_at = w.bound_at
  from (
    select o.id, least(o.expires_at + least(v_step, interval '0'), p_now + p_lease) as expires_at,
      least(o.opened_at, p_now) as opened_at, least(o.bound_at, p_now) as bound_at
    from connections o
    where o.state = 'bound' and o.expires_at > p_now + p_lease + interval '5 seconds' order by o.id for update skip locked
  ) w
  where c.id = w.id;
  update connections c set opened_at = p_now, expires_at = p_now + interval '30 seconds'
  where c.id in (
    select o.id from connections o
    where o.state = 'new' and o.opened_at > p_now + interval '5 seconds' order by o.id for update skip locked);
end $$;

-- The screens of a shop that lack something: an order.placed for more than 3 s, any other event for more than 35 s (a
-- device acknowledges those within 30 s), or a snapshot for more than 5 s.
create or replace function lacking_screens(p_shop text)
returns table (id text, epoch uuid, head bigint, push_after timestamptz)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_stream streams;
  v_version integer;
  v_ids text[];
  v_acked bigint[];
  v_after timestamptz[];
begin
  select * into v_stream from streams s where s.shop = p_shop;
  select s.key_version into v_version from shops s where s.id = p_shop;
  select array_agg(c.id), array_agg(c.acked_seq), array_agg(c.push_after) into v_ids, v_acked, v_after
  from connections c
  where c.shop = p_shop and c.state = 'bound' and c.role = 'shop' and c.expires_at > now()
    and c.key_version = v_version and may_push(c.push_after, c.push_tries)
    and (c.acked_seq < v_stream.head or (c.acked_seq is null
      and (c.bound_at < now() - interval '5 seconds' or c.bound_at > now() + interval '5 seconds')));
  return query
  select l.id, v_stream.epoch, v_stream.head, l.push_after
  from unnest(v_ids, v_acked, v_after) as l (id, acked_seq, push_after)
  where l.acked_seq is null or exists (
    -- In order and with an end, so that it is a walk along the key: left to itself the planner reads the whole log.
    select from (
      select e.type, e.at from events e where e.shop = p_shop and e.seq > l.acked_seq order by e.seq limit 1000
    ) e
    where e.at < now() - case when e.type = 'order.placed' then interval '3 seconds' else interval '35 seconds' end
      or e.at > now() + interval '5 seconds');
end $$;

-- Shops with screens that lack something, as in lacking_screens; those first that have waited longest.
create or replace function shops_to_push(p_limit integer) returns table (shop text)
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
  group by s.shop order by min(c.push_after) nulls first, s.shop limit p_limit
$$;

-- The orders that a ping of a connection is answered with: those that have changed since they were told here, and those
-- that were told `p_again` ago, since what is sent may get lost. A ping beside this one leaves them to it.
create or replace function orders_to_tell(p_connection text, p_again interval) returns setof orders
language plpgsql as $$
declare
  v_follower followers;
  v_order orders;
begin
  for v_follower in
    select * from followers f where f.connection = p_connection order by f.order_id for no key update skip locked
  loop
    select * into v_order from orders o where o.shop = v_follower.shop and o.id = v_follower.order_id;
    if found and (v_follower.told_version is distinct from v_order.version
      or v_follower.told_at not between now() - p_again and now()) then
      update followers f set told_version = v_order.version, told_at = now()
      where f.connection = p_connection and f.order_id = v_order.id;
      return next v_order;
    end if;
  end loop;
end $$;

-- What a connection follows, in the order in which it began to.
create or replace function followed_by(p_connection text)
returns table (id uuid, shop text, body text, read_only boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_follower followers;
begin
  for v_follower in select * from followers f where f.connection = p_connection order by f.since loop
    return query
    select o.id, o.shop, order_json(o)::text, v_follower.read_only from orders o
    where o.shop = v_follower.shop and o.id = v_follower.order_id;
  end loop;
end $$;

-- The version of the shop whose menu a connection looks at.
create or replace function visited_version(p_connection text) returns bigint
language plpgsql stable as $$
declare
  v_shop text := (select c.visits from connections c where c.id = p_connection);
begin
  return (select s.version from shops s where s.id = v_shop);
end $$;

-- Announces a connection. Of those that open at the same moment each may miss the others in its count; a lock that makes
-- the bound exact would let the connections of one address in one after another. The lease of a connection that has not
-- said hello yet ends soon; it has ten seconds to do so.
create or replace function add_connection(p_id text, p_address text, p_per_address integer) returns text
language plpgsql as $$
declare
  v_state text := (select c.state from connections c where c.id = p_id);
begin
  if v_state is null and p_address is not null and p_per_address <= (
    select count(*) from connections c where c.address = p_address and c.state <> 'closed' and c.expires_at > now()) then
    -- Perhaps somebody else has announced it meanwhile.
    v_state := (select coalesce(max(c.state), 'too_many') from connections c where c.id = p_id);
  elsif v_state is null then
    insert into connections (id, state, address, expires_at) values (p_id, 'new', p_address, now() + interval '30 seconds')
    on conflict (id) do nothing;
    v_state := (select c.state from connections c where c.id = p_id);
  end if;
  return case when v_state in ('closed', 'too_many') then v_state else 'added' end;
end $$;

-- Leaves a tombstone, also of a connection that nobody has announced yet: what comes late must not bring it back.
create or replace function remove_connection(p_id text) returns void
language plpgsql as $$
begin
  insert into connections as c (id, state, expires_at, closed_at) values (p_id, 'closed', now(), now())
  on conflict (id) do update set state = 'closed', closed_at = excluded.closed_at where c.state <> 'closed';
end $$;

-- A gateway may say "no such connection" of one that it is only just opening. One that was opened in the future was opened
-- while the clock was ahead.
create or replace function prune_connection(p_id text) returns void
language plpgsql as $$
begin
  update connections c set state = 'closed', closed_at = now()
  where c.id = p_id and c.state <> 'closed'
    and (c.opened_at < now() - interval '5 seconds' or c.opened_at > now() + interval '5 seconds');
end $$;

-- Notes how a call has gone. Eight tries, over about half an hour.
create or replace function settle_escalation(p_shop text, p_order uuid, p_error text) returns boolean
language plpgsql as $$
declare
  v_tries integer := (select e.tries from escalations e where e.shop = p_shop and e.order_id = p_order);
  v_is_dead boolean := p_error is not null and v_tries >= 8;
  v_now timestamptz := now();
  v_next_at timestamptz := v_now + call_pause(v_tries);
begin
  update escalations e set
    delivered_at = case when p_error is null then v_now end, dead_at = case when v_is_dead then v_now end,
    last_error = p_error, next_at = v_next_at
  where e.shop = p_shop and e.order_id = p_order;
  return v_is_dead;
end $$;

-- A further key, numbered; null when the shop has this very key already, or is none.
create or replace function add_key(p_shop text, p_name text, p_role text, p_key_hash bytea) returns text
language plpgsql as $$
declare
  v_last integer;
  v_id text;
begin
  perform from shops where id = p_shop for update;
  if exists (select from shop_keys k where k.shop = p_shop and k.key_hash = p_key_hash) then
    return null;
  end if;
  update shops set last_key = last_key + 1 where id = p_shop returning last_key into v_last;
  v_id := p_shop || '.' || v_last;
  insert into shop_keys (shop, id, name, role, key_hash)
  select p_shop, v_id, p_name, p_role, p_key_hash where v_id is not null;
  return v_id;
end $$;

-- Makes a shop's menu exactly p_dishes, in its order. A dish, and a choice of one that stays, keeps its availability
-- unless it is given.
create or replace function replace_menu(p_shop text, p_dishes jsonb) returns void
language plpgsql as $$
begin
  if octet_length(p_dishes::text) > 2000000 then
    raise exception 'a menu holds at most 2 MB' using errcode = 'WO009';
  end if;
  delete from dishes d
  where d.shop = p_shop and not exists (select from jsonb_array_elements(p_dishes) n where n ->> 'id' = d.id);
  insert into dishes as d (shop, id, name, category, price_cents, available, position,
    description, allergens, image_url, packaging_cents, options)
  select p_shop, n.value ->> 'id', n.value ->> 'name', coalesce(n.value ->> 'category', ''), (n.value ->> 'priceCents')::integer,
    coalesce((n.value ->> 'available')::boolean, b.available, true), n.place,
    coalesce(n.value ->> 'description', ''), coalesce(n.value -> 'allergens', '[]'), n.value ->> 'imageUrl',
    coalesce((n.value ->> 'packagingCents')::integer, 0), whole_options(coalesce(n.value -> 'options', '[]'), coalesce(b.options, '[]'))
  from jsonb_array_elements(p_dishes) with ordinality as n (value, place)
  left join dishes b on b.shop = p_shop and b.id = n.value ->> 'id'
  on conflict (shop, id) do update set
    name = excluded.name, category = excluded.category, price_cents = excluded.price_cents, position = excluded.position,
    available = excluded.available,
    description = excluded.description, allergens = excluded.allergens, image_url = excluded.image_url,
    packaging_cents = excluded.packaging_cents, options = excluded.options;
end $$;

-- Connections that nobody will close: those that never said hello (unbound), screens whose key was changed (revoked), leases
-- that ended an hour ago (lapsed: until then a ping revives them). '' are those that belong to no shop: they have not said
-- hello, or follow orders.
create or replace function shops_with_stale(p_limit integer) returns table (shop text)
language sql stable as $$
  select t.shop from (
    select coalesce(c.shop, c.visits, '') as shop, c.opened_at from connections c
    where (c.state = 'new' and c.opened_at < now() - interval '10 seconds')
      or (c.state = 'bound' and c.expires_at < now() - interval '1 hour')
    union all
    select c.shop, c.opened_at from connections c join shops s on s.id = c.shop
    where c.state = 'bound' and c.role = 'shop' and c.key_version < s.key_version
  ) t
  group by t.shop order by min(t.opened_at), t.shop limit p_limit
$$;

-- Closes those of a shop: its screens and its visitors. The caller tells the gateway.
create or replace function close_stale(p_shop text, p_limit integer) returns table (connection text, why text)
language plpgsql as $$
declare
  v_key_version integer := (select s.key_version from shops s where s.id = p_shop);
  v_ids text[];
  v_why text[];
begin
  v_ids := array(
    select c.id from connections c
    where ((c.shop = p_shop and c.role = 'shop') or c.visits = p_shop) and c.state = 'bound'
      and (c.expires_at < now() - interval '1 hour' or c.key_version < v_key_version)
    order by c.opened_at, c.id limit p_limit);
  -- What has been revived meanwhile is not dead.
  select array_agg(h.id), array_agg(h.reason) into v_ids, v_why from (
    select c.id, case when c.expires_at < now() - interval '1 hour' then 'lapsed' else 'revoked' end as reason
    from connections c
    where c.id = any (v_ids) and ((c.shop = p_shop and c.role = 'shop') or c.visits = p_shop) and c.state = 'bound'
      and (c.expires_at < now() - interval '1 hour' or c.key_version < v_key_version)
    for update of c skip locked) h;
  return query
  update connections c set state = 'closed', closed_at = now()
  from unnest(v_ids, v_why) as h (id, reason) where (c.shop = p_shop or c.visits = p_shop) and c.id = h.id
  returning c.id, h.reason;
end $$;

-- Closes those that belong to no shop; their addresses take turns.
create or replace function close_unnamed(p_limit integer) returns table (connection text, why text)
language plpgsql as $$
declare
  v_ids text[];
  v_why text[];
begin
  v_ids := array(
    select s.id from (
      select c.id, row_number() over (partition by c.address order by c.opened_at, c.id) as turn
      from connections c
      where c.shop is null and c.visits is null
        and ((c.state = 'new' and c.opened_at < now() - interval '10 seconds')
          or (c.state = 'bound' and c.expires_at < now() - interval '1 hour'))
    ) s
    order by s.turn limit p_limit);
  -- What has said hello meanwhile is not dead.
  select array_agg(h.id), array_agg(h.reason) into v_ids, v_why from (
    select c.id, case c.state when 'new' then 'unbound' else 'lapsed' end as reason
    from connections c
    where c.id = any (v_ids) and c.shop is null and c.visits is null
      and (c.state = 'new' or (c.state = 'bound' and c.expires_at < now() - interval '1 hour'))
    for update of c skip locked) h;
  return query
  update connections c set state = 'closed', closed_at = now()
  from unnest(v_ids, v_why) as h (id, reason) where c.shop is null and c.visits is null and c.id = h.id
  returning c.id, h.reason;
end $$;

-- Shops whose settings, menu or being online are not what their visitors were told last; whose were told longest ago first.
create or replace function shops_with_news(p_limit integer) returns table (shop text)
language sql stable as $$
  with visited as materialized (
    select distinct c.visits as shop from connections c
    where c.state = 'bound' and c.visits is not null and c.expires_at > now()
  ), online as materialized (
    select distinct c.shop, c.key_version from connections c
    where c.state = 'bound' and c.role = 'shop' and c.expires_at > now() and c.shop in (select v.shop from visited v)
  )
  select s.id
  from visited v join shops s on s.id = v.shop left join visitor_news n on n.shop = s.id
    left join online o on o.shop = s.id and o.key_version = s.key_version
  where (n.version, n.online) is distinct from (s.version, o.shop is not null)
  order by n.told_at nulls first, s.id limit p_limit
$$;

-- A frame came in on a connection: revives its lease and, where the frame says how far the device has got (p_after),
-- keeps that if it can be. state: unknown (no row, closed, or no hello yet), revoked (the shop's key was changed),
-- shop, customer. cursor: none, kept, beyond (above head), lost (another epoch, below the cut, or another event there).
-- p_epoch null means the epoch of the connection. acked_from is how far any device had got before, where this one is
-- the first to get further. key_role is what the screen's key may do.
create or replace function touch_connection(
  p_id text, p_lease interval, p_epoch uuid, p_after bigint, p_last_id uuid,
  out state text, out shop text, out epoch uuid, out head bigint, out shop_version bigint, out auto_accept boolean, out cursor text, out page_seq bigint, out acked_from bigint, out key_role text)
language plpgsql as $$
#variable_conflict use_column
declare
  v_connection connections;
  v_shop shops;
  v_stream streams;
  v_seen_at timestamptz;
begin
  cursor := 'none';
  update connections c set expires_at = now() + p_lease where c.id = p_id and c.state = 'bound' returning * into v_connection;
  if not found then
    state := 'unknown';
    return;
  end if;
  state := v_connection.role;
  if state = 'customer' then
    return;
  end if;
  select * into strict v_shop from shops where id = v_connection.shop;
  select k.role, k.last_seen_at into key_role, v_seen_at
  from shop_keys k where k.shop = v_connection.shop and k.id = v_connection.key_id;
  if key_role is null or v_shop.key_version <> v_connection.key_version then
    state := 'revoked';
    return;
  end if;
  -- Once a minute is enough; what a clock that was ahead has noted is noted anew.
  if v_seen_at is null or v_seen_at not between now() - interval '1 minute' and now() then
    perform note_key_seen(v_connection.shop, v_connection.key_id);
  end if;
  select * into strict v_stream from streams s where s.shop = v_connection.shop;
  shop := v_connection.shop;
  epoch := v_stream.epoch;
  head := v_stream.head;
  shop_version := v_shop.version;
  auto_accept := v_shop.auto_accept;
  page_seq := v_connection.page_seq;
  if p_after is null then
    return;
  end if;
  if p_epoch is null and p_after <= v_connection.acked_seq then
    -- An ack that runs backwards is old news, whatever has become of the log there, and changes nothing.
    cursor := 'kept';
    return;
  end if;
  if coalesce(p_epoch, v_connection.epoch, v_stream.epoch) <> v_stream.epoch then
    cursor := 'lost';
  elsif p_after > v_stream.head then
    cursor := 'beyond';
  elsif p_after = 0 and v_stream.min_seq = 1 then
    cursor := 'kept';
  elsif exists (
    select from events e
    where e.shop = v_connection.shop and e.seq = p_after and (p_last_id is null or e.id = p_last_id)) then
    cursor := 'kept';
  else
    cursor := 'lost';
  end if;
  if cursor <> 'kept' then
    return;
  end if;
  update connections c set acked_seq = p_after, epoch = v_stream.epoch, push_after = null, push_tries = 0
  where c.id = p_id and (c.acked_seq is null or c.acked_seq < p_after or c.epoch is distinct from v_stream.epoch);
  if p_after > 0 then
    -- The lock first: one that waits for it is then told what the other has left, not what was there before both.
    select a.seq into acked_from from shop_acks a where a.shop = v_connection.shop and a.seq < p_after for update;
    if found then
      update shop_acks a set seq = p_after where a.shop = v_connection.shop;
    end if;
  end if;
end $$;

-- That a screen with this key has said something.
create or replace function note_key_seen(p_shop text, p_key text) returns void
language plpgsql as $$
begin
  -- Without waiting: whoever holds the key's row has seen it too, or takes it away.
  update shop_keys k set last_seen_at = now()
  where k.shop = p_shop and k.id in (
    select s.id from shop_keys s
    where s.shop = p_shop and s.id = p_key
    for no key update skip locked);
end $$;

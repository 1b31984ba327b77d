-- A shop has several keys, one for each of its people or screens, with a role each. The keys of before become managers'.

create table shop_keys (
  shop text not null references shops (id) on delete cascade,
  -- no other shop has it
  id text not null,
  -- empty: the key that the owner's call made
  name text not null check (char_length(name) <= 40),
  role text not null check (role in ('manager', 'staff', 'display')),
  key_hash bytea not null,
  made_at timestamptz not null default now(),
  last_seen_at timestamptz,
  primary key (shop, id),
  unique (shop, key_hash)
);

-- What the last key was numbered: a number is never given twice. `key_hash` stays for the version before, which knows one
-- key of a shop, and `key_version` still rises when all keys are changed.
alter table shops add column last_key integer not null default 0;
-- The key that a screen was opened with.
alter table connections add column key_id text;

insert into shop_keys (shop, id, name, role, key_hash, made_at)
select s.id, s.id || '.1', '', 'manager', s.key_hash, s.created_at from shops s;
update shops set last_key = 1;
update connections set key_id = shop || '.1' where role = 'shop' and state = 'bound';

-- A further key, numbered; null when the shop has this very key already, or is none.
create function add_key(p_shop text, p_name text, p_role text, p_key_hash bytea) returns text
language plpgsql as $$
declare
  v_id text;
begin
  perform from shops where id = p_shop for update;
  if exists (select from shop_keys k where k.shop = p_shop and k.key_hash = p_key_hash) then
    return null;
  end if;
  update shops set last_key = last_key + 1 where id = p_shop returning p_shop || '.' || last_key into v_id;
  insert into shop_keys (shop, id, name, role, key_hash)
  select p_shop, v_id, p_name, p_role, p_key_hash where v_id is not null;
  return v_id;
end $$;

-- What a manager, or the owner, makes.
create function make_key(p_shop text, p_name text, p_role text, p_key_hash bytea) returns json
language plpgsql as $$
declare
  v_id text;
begin
  perform from shops where id = p_shop for update;
  if not found then
    return refused('shop_not_found', 'there is no such shop');
  elsif (select count(*) from shop_keys k where k.shop = p_shop) >= 50 then
    return refused('keys_full', 'a shop has at most 50 keys');
  end if;
  v_id := add_key(p_shop, p_name, p_role, p_key_hash);
  if v_id is null then
    return refused('invalid_request', 'this key is there already');
  end if;
  return json_build_object('ok', true, 'keyId', v_id);
end $$;

-- Takes a key away. Its screens are told nothing more from this moment on, as if all keys of the shop had been changed;
-- whoever called closes them, and otherwise the timer does.
create function revoke_key(p_shop text, p_key text) returns json
language plpgsql as $$
declare
  v_key shop_keys;
begin
  -- Two managers that revoke each other's key wait here, and the second is refused.
  perform from shops where id = p_shop for update;
  select * into v_key from shop_keys k where k.shop = p_shop and k.id = p_key;
  if not found then
    return refused('not_found', 'there is no such key');
  elsif v_key.role = 'manager' and not exists (
    select from shop_keys k where k.shop = p_shop and k.role = 'manager' and k.id <> v_key.id) then
    return refused('last_manager', 'the last key of a manager stays: make another one first');
  end if;
  delete from shop_keys k where k.shop = p_shop and k.id = v_key.id;
  update connections c set key_version = 0
  where c.id in (
    select o.id from connections o
    where o.shop = p_shop and o.role = 'shop' and o.state = 'bound' and o.key_id = v_key.id
    order by o.id for update);
  return '{"ok":true}';
end $$;

-- Takes all keys of a shop away and makes a manager's instead; false: there is no such shop.
create function rotate_key(p_shop text, p_key_hash bytea) returns boolean
language plpgsql as $$
begin
  perform from shops where id = p_shop for update;
  if not found then
    return false;
  end if;
  delete from shop_keys k where k.shop = p_shop;
  update shops set key_hash = p_key_hash, key_version = key_version + 1 where id = p_shop;
  perform add_key(p_shop, '', 'manager', p_key_hash);
  return true;
end $$;

-- The keys of a shop as the wire has them.
create function keys_json(p_shop text) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('keyId', k.id, 'name', k.name, 'role', k.role,
    'madeAt', wire_time(k.made_at), 'lastSeenAt', wire_time(k.last_seen_at)) order by k.made_at, k.id), '[]')
  from shop_keys k where k.shop = p_shop
$$;

-- That a screen with this key has said something.
create function note_key_seen(p_shop text, p_key text) returns void
language plpgsql as $$
begin
  -- Without waiting: whoever holds the key's row has seen it too, or takes it away.
  update shop_keys k set last_seen_at = now()
  where (k.shop, k.id) in (
    select s.shop, s.id from shop_keys s
    where s.shop = p_shop and s.id = p_key
    for no key update skip locked);
end $$;

-- As bind_screen, with one of the shop's keys; `revoked` when it has been taken away since it was checked.
create function bind_screen_of_key(
  p_id text, p_shop text, p_key text, p_device uuid, p_lease interval, p_cap integer,
  out outcome text, out replaced text[]
)
language plpgsql as $$
declare
  v_connection connections;
  v_excess text[];
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
  update connections set state = 'bound', role = 'shop', shop = p_shop, device = p_device, key_id = p_key,
    key_version = (select s.key_version from shops s where s.id = p_shop), bound_at = now(),
    expires_at = now() + p_lease, epoch = null, acked_seq = null, page_seq = null, push_after = null, push_tries = 0
  where id = p_id;
  update connections set state = 'closed', closed_at = now() where id = any (v_excess) and state = 'bound';
  outcome := 'bound';
  replaced := v_excess;
end $$;

-- Called by the version before alone, which has checked the one key that it knows.
create or replace function bind_screen(
  p_id text, p_shop text, p_device uuid, p_key_version integer, p_lease interval, p_cap integer,
  out outcome text, out replaced text[]
)
language plpgsql as $$
begin
  select b.outcome, b.replaced into outcome, replaced
  from shops s
  join shop_keys k on k.shop = s.id and k.key_hash = s.key_hash
  cross join lateral bind_screen_of_key(p_id, p_shop, k.id, p_device, p_lease, p_cap) b
  where s.id = p_shop and s.key_version = p_key_version;
  -- It comes again, to functions that know the other keys.
  if not found or outcome = 'revoked' then
    outcome := 'closed';
  end if;
end $$;

-- As before, and says what the screen's key may do.
drop function touch_connection(text, interval, uuid, bigint, uuid);
create function touch_connection(
  p_id text, p_lease interval, p_epoch uuid, p_after bigint, p_last_id uuid,
  out state text, out shop text, out epoch uuid, out head bigint, out shop_version bigint, out auto_accept boolean,
  out cursor text, out page_seq bigint, out acked_from bigint, out key_role text
)
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
  cursor := case
    when coalesce(p_epoch, v_connection.epoch, v_stream.epoch) <> v_stream.epoch then 'lost'
    when p_after > v_stream.head then 'beyond'
    when p_after = 0 and v_stream.min_seq = 1 then 'kept'
    when exists (
      select from events e where e.shop = v_connection.shop and e.seq = p_after and e.id = coalesce(p_last_id, e.id)
    ) then 'kept'
    else 'lost'
  end;
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

-- As before, and a new shop's key is a manager's.
create or replace function upsert_shop(p_shop jsonb, p_key_hash bytea) returns boolean
language plpgsql as $$
declare
  v_id text := p_shop ->> 'id';
  v_time_zone text := coalesce(p_shop ->> 'timeZone', (select s.time_zone from shops s where s.id = v_id), 'Asia/Shanghai');
  v_created boolean;
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
  update shops s set version = s.version + 1
  where s.id = v_id and not v_created and shop_json(s)::jsonb - '{online,open,opensAt,closesAt}'::text[] <> v_before;
  perform store_menu(v_id);
  return exists (select from shops s where s.id = v_id and s.key_hash = p_key_hash);
end $$;

-- As before, and makes and revokes keys.
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
  elsif v_op = 'make_key' then
    outcome := make_key(p_shop, p_operation ->> 'name', p_operation ->> 'role', decode(p_operation ->> 'keyHash', 'hex'));
  elsif v_op = 'revoke_key' then
    outcome := revoke_key(p_shop, p_operation ->> 'keyId');
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

-- Who is connected, for how long we believe it, and what each connection has been sent and has kept.

create table connections (
  -- secConnectionID: no length is promised
  id text primary key,
  -- new: the gateway announced it; bound: it said hello; closed: a tombstone, so that a late connecting event or hello
  -- cannot bring it back
  state text not null check (state in ('new', 'bound', 'closed')),
  role text check (role in ('shop', 'customer')),
  shop text,
  device uuid,
  -- of the shop's key it was opened with
  key_version integer,
  -- the caller's network address, hashed
  address text,
  opened_at timestamptz not null default now(),
  bound_at timestamptz,
  -- the end of the lease: past it the connection counts as dead until a ping revives it
  expires_at timestamptz not null,
  closed_at timestamptz,
  -- of the shop's stream, when it was last welcomed or given a snapshot
  epoch uuid,
  -- the device has kept everything up to here; null while a snapshot is under way
  acked_seq bigint,
  -- last seq of the page whose ack releases the next one; null when no page is outstanding
  page_seq bigint,
  -- not to be pushed to by re-delivery before then, and how often that has been tried since the last ack
  push_after timestamptz,
  push_tries integer not null default 0,
  check (state <> 'bound' or role is not null)
) with (fillfactor = 70);
create index connections_shop on connections (shop) where state = 'bound' and role = 'shop';
create index connections_address on connections (address) where state <> 'closed';
create index connections_new on connections (opened_at) where state = 'new';
create index connections_lapsed on connections (expires_at) where state = 'bound';
create index connections_closed on connections (closed_at) where state = 'closed';

-- Which orders a customer's connection follows.
create table followers (
  connection text not null references connections (id) on delete cascade,
  order_id uuid not null,
  since timestamptz not null default now(),
  primary key (connection, order_id)
);
create index followers_order on followers (order_id);

-- The connections of a shop that are to be pushed to: bound with its present key, lease not over.
create function live_screens(p_shop text) returns table (id text, opened_at timestamptz)
language sql stable
begin atomic
  select c.id, c.opened_at from connections c join shops s on s.id = c.shop
  where c.shop = p_shop and c.state = 'bound' and c.role = 'shop' and c.expires_at > now() and c.key_version = s.key_version;
end;

-- A shop as its screens see it, menu included.
create function shop_json(s shops) returns json
language sql stable
begin atomic
  select json_build_object('id', s.id, 'name', s.name, 'currency', s.currency, 'open', s.open,
    'online', exists (select from live_screens(s.id)), 'prepMinutes', s.prep_minutes, 'version', s.version,
    'autoAccept', s.auto_accept, 'acceptMinutes', s.accept_minutes,
    'dishes', coalesce((
      select json_agg(json_build_object('id', d.id, 'name', d.name, 'category', d.category,
        'priceCents', d.price_cents, 'available', d.available) order by d.position, d.id)
      from dishes d where d.shop = s.id), '[]'::json));
end;

-- Makes a connection a screen of a shop. outcome: bound; closed (a tombstone stands); taken (it is something else
-- already). replaced: the connections that had to go because of the cap, oldest first.
create function bind_screen(
  p_id text, p_shop text, p_device uuid, p_key_version integer, p_lease interval, p_cap integer,
  out outcome text, out replaced text[]
)
language plpgsql as $$
declare
  v_connection connections;
  v_excess text[];
begin
  -- Hellos of one shop wait for each other, or two of them could both be the last that fits.
  perform pg_advisory_xact_lock(hashtext('screens'), hashtext(p_shop));
  insert into connections (id, state, expires_at) values (p_id, 'new', now() + p_lease) on conflict do nothing;
  v_excess := array(
    select id from (select id, opened_at from live_screens(p_shop) where id <> p_id order by opened_at desc, id offset p_cap - 1) s
    order by opened_at);
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
  update connections set state = 'bound', role = 'shop', shop = p_shop, device = p_device, key_version = p_key_version, bound_at = now(),
    expires_at = now() + p_lease, epoch = null, acked_seq = null, page_seq = null, push_after = null, push_tries = 0
  where id = p_id;
  update connections set state = 'closed', closed_at = now() where id = any (v_excess) and state = 'bound';
  outcome := 'bound';
  replaced := v_excess;
end $$;

-- Lets a connection follow an order. outcome: bound, closed, taken, or full (it follows as many as it may).
create function follow_order(
  p_id text, p_order uuid, p_lease interval, p_per_connection integer, p_cap integer,
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
      where f.order_id = p_order and c.state = 'bound' and c.expires_at > now() and c.id <> p_id
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
  insert into followers (connection, order_id) values (p_id, p_order) on conflict do nothing;
  update connections set state = 'closed', closed_at = now() where id = any (v_excess) and state = 'bound';
  outcome := 'bound';
  replaced := v_excess;
end $$;

-- A frame came in on a connection: revives its lease and, where the frame says how far the device has got (p_after),
-- keeps that if it can be. state: unknown (no row, closed, or no hello yet), revoked (the shop's key was changed),
-- shop, customer. cursor: none, kept, beyond (above head), lost (another epoch, below the cut, or another event there).
-- p_epoch null means the epoch of the connection. acked_from is how far any device had got before, where this one is
-- the first to get further.
create function touch_connection(
  p_id text, p_lease interval, p_epoch uuid, p_after bigint, p_last_id uuid,
  out state text, out shop text, out epoch uuid, out head bigint, out shop_version bigint, out auto_accept boolean,
  out cursor text, out page_seq bigint, out acked_from bigint
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_connection connections;
  v_shop shops;
  v_stream streams;
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
  if v_shop.key_version <> v_connection.key_version then
    state := 'revoked';
    return;
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

-- Accepts what the first acknowledgement of p_from + 1 … p_to brings to a device, if that is soon enough after the
-- order was placed: an order that waited while the shop was away is a person's decision. Orders are locked before the
-- stream, as everywhere.
create function auto_accept(p_shop text, p_from bigint, p_to bigint, p_within interval)
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
      and o.placed_at > clock_timestamp() - p_within
      and exists (select from shops s where s.id = p_shop and s.auto_accept)
    order by o.placed_seq for update
  ) o;
  foreach v_id in array coalesce(v_locked, '{}') loop
    select * into strict v_order from orders o where o.id = v_id;
    v_event := move_order(v_order, 'accepted', null, (select s.prep_minutes from shops s where s.id = p_shop));
    return query select (select s.epoch from streams s where s.shop = p_shop), v_event.seq, v_event.id, v_event.order_id, v_event.type, wire_time(v_event.at), v_event.body;
  end loop;
end $$;

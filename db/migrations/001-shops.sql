-- Shops and their menus, and each shop's stream: the counter that numbers its log.

create table shops (
  id text primary key check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null check (char_length(name) between 1 and 60),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  open boolean not null default true,
  auto_accept boolean not null default false,
  prep_minutes integer not null default 15 check (prep_minutes between 1 and 240),
  accept_minutes integer not null default 5 check (accept_minutes between 1 and 60),
  -- sha256 of the shop's key; the key itself is shown once and kept nowhere
  key_hash bytea not null,
  -- rises with every rotation, so that connections opened with an older key are known by it
  key_version integer not null default 1,
  -- rises with every change of settings or menu
  version bigint not null default 1,
  -- who is called when an order reaches no screen, and the secret that signs the call; both or neither
  webhook_url text,
  webhook_secret text,
  created_at timestamptz not null default now(),
  check ((webhook_url is null) = (webhook_secret is null))
);

create table dishes (
  shop text not null references shops (id) on delete cascade,
  id text not null check (char_length(id) between 1 and 64),
  name text not null check (char_length(name) between 1 and 60),
  category text not null check (char_length(category) between 0 and 60),
  -- minor unit; the bound keeps the total of any order far inside bigint and inside what JSON numbers hold exactly
  price_cents integer not null check (price_cents between 0 and 100000000),
  available boolean not null default true,
  position integer not null,
  primary key (shop, id)
);

-- One narrow row per shop, updated once per event: its row lock is what puts a shop's events in commit order.
-- Apart from shops, so that this lock never meets a change of settings; the free space keeps its updates in the page.
create table streams (
  shop text primary key references shops (id) on delete cascade,
  epoch uuid not null default gen_random_uuid(),
  head bigint not null default 0,
  -- lowest seq still in the log
  min_seq bigint not null default 1,
  -- the shop's clock: never runs backwards, so numbers of a day rise with placed_at
  last_at timestamptz not null default '-infinity',
  -- the day that order_number counts, in the shop's time zone
  order_day date not null default '-infinity',
  order_number integer not null default 0,
  -- orders in the minute that began at rate_from
  rate_from timestamptz not null default '-infinity',
  rate_count integer not null default 0
) with (fillfactor = 50);

-- How far any device of the shop has acknowledged its log: an order whose event lies above it has reached nobody.
-- A row of its own, so that acks do not wait for orders being placed.
create table shop_acks (
  shop text primary key references shops (id) on delete cascade,
  seq bigint not null default 0
) with (fillfactor = 50);

-- A moment as the wire writes it: ISO 8601, UTC, milliseconds.
create function wire_time(p_at timestamptz) returns text
language sql stable parallel safe
return to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Creates a shop or brings it up to what p_shop says; keys that are absent leave what is there. With "dishes" the menu
-- becomes exactly that list, in its order; a dish keeps its availability unless it is given. The key's hash counts only
-- for a shop that is new; the answer says whether this key is the shop's, so that it is the same when the call is repeated.
create function upsert_shop(p_shop jsonb, p_key_hash bytea) returns boolean
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
  insert into streams (shop) values (v_id) on conflict do nothing;
  insert into shop_acks (shop) values (v_id) on conflict do nothing;

  -- Two statements: what is read in the one that waits for the lock may be older than what the lock guards.
  perform from shops s where s.id = v_id for update;
  select shop_json(s)::jsonb - 'online' into v_before from shops s where s.id = v_id;
  update shops s set
    name = p_shop ->> 'name', currency = p_shop ->> 'currency', time_zone = v_time_zone,
    prep_minutes = coalesce((p_shop ->> 'prepMinutes')::integer, s.prep_minutes),
    accept_minutes = coalesce((p_shop ->> 'acceptMinutes')::integer, s.accept_minutes),
    auto_accept = coalesce((p_shop ->> 'autoAccept')::boolean, s.auto_accept),
    open = coalesce((p_shop ->> 'open')::boolean, s.open),
    webhook_url = case when p_shop ? 'webhook' then p_shop #>> '{webhook,url}' else s.webhook_url end,
    webhook_secret = case when p_shop ? 'webhook' then p_shop #>> '{webhook,secret}' else s.webhook_secret end
  where s.id = v_id;
  if p_shop ? 'dishes' then
    delete from dishes d where d.shop = v_id
      and not exists (select from jsonb_array_elements(p_shop -> 'dishes') n where n ->> 'id' = d.id);
    insert into dishes as d (shop, id, name, category, price_cents, available, position)
    select v_id, n.value ->> 'id', n.value ->> 'name', coalesce(n.value ->> 'category', ''), (n.value ->> 'priceCents')::integer,
      coalesce((n.value ->> 'available')::boolean, true), n.place
    from jsonb_array_elements(p_shop -> 'dishes') with ordinality as n (value, place)
    on conflict (shop, id) do update set
      name = excluded.name, category = excluded.category, price_cents = excluded.price_cents, position = excluded.position,
      available = coalesce((p_shop -> 'dishes' -> (excluded.position - 1) ->> 'available')::boolean, d.available);
  end if;
  update shops s set version = s.version + 1
  where s.id = v_id and not v_created and shop_json(s)::jsonb - 'online' <> v_before;
  return exists (select from shops s where s.id = v_id and s.key_hash = p_key_hash);
end $$;

-- GENERATED, read-only documentation: the schema that db/migrations/*.sql makes, read back from the catalogue.
-- Nothing reads this file but people and one test. Change a migration, then rewrite this file: npm run schema

create type chosen as (
  choices jsonb,
  cents bigint,
  missing text[],
  wrong text[]
);

create type wire_amounts as (
  "itemsCents" bigint,
  "packagingCents" bigint,
  "deliveryCents" bigint,
  "discountCents" bigint,
  "totalCents" bigint
);

create type wire_customer as (
  name text,
  phone text,
  address text
);

create type wire_item as (
  dish text,
  name text,
  "priceCents" integer,
  quantity integer,
  note text
);

create type wire_line as (
  dish text,
  name text,
  "priceCents" integer,
  quantity integer,
  note text,
  choices jsonb
);

create type wire_order as (
  id uuid,
  number integer,
  shop text,
  status text,
  version integer,
  items json,
  "totalCents" bigint,
  currency text,
  customer wire_customer,
  note text,
  "placedAt" text,
  "updatedAt" text,
  "readyAt" text,
  reason text
);

create type wire_placed_order as (
  id uuid,
  number integer,
  shop text,
  status text,
  version integer,
  items json,
  "totalCents" bigint,
  currency text,
  customer wire_customer,
  note text,
  "placedAt" text,
  "updatedAt" text,
  "readyAt" text,
  reason text,
  fulfilment jsonb,
  amounts wire_amounts,
  "wantedAt" text
);

create type wire_waiting_order as (
  id uuid,
  number integer,
  shop text,
  status text,
  version integer,
  items json,
  "totalCents" bigint,
  currency text,
  customer wire_customer,
  note text,
  "placedAt" text,
  "updatedAt" text,
  "readyAt" text,
  reason text,
  fulfilment jsonb,
  amounts wire_amounts,
  "wantedAt" text,
  "acceptBy" text
);

create table chat_members (
  id text not null,
  name text,
  renewed_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  constraint chat_members_pkey PRIMARY KEY (id)
) with (fillfactor=70);
CREATE INDEX chat_members_expires ON public.chat_members USING btree (expires_at);
CREATE UNIQUE INDEX chat_members_name ON public.chat_members USING btree (name) WHERE (name IS NOT NULL);

create table chores (
  name text not null,
  done_at timestamp with time zone not null,
  next_shop text,
  constraint chores_pkey PRIMARY KEY (name)
);

create table commands (
  scope text not null,
  id uuid not null,
  content_hash bytea not null,
  outcome json,
  at timestamp with time zone default now() not null,
  refused boolean,
  shop text not null,
  constraint commands_pkey PRIMARY KEY (shop, scope, id)
);
CREATE INDEX commands_at ON public.commands USING btree (shop, at);
CREATE INDEX commands_refused ON public.commands USING btree (shop, scope) WHERE refused;

create table connections (
  id text not null,
  state text not null,
  role text,
  shop text,
  device uuid,
  key_version integer,
  address text,
  opened_at timestamp with time zone default now() not null,
  bound_at timestamp with time zone,
  expires_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  epoch uuid,
  acked_seq bigint,
  page_seq bigint,
  push_after timestamp with time zone,
  push_tries integer default 0 not null,
  visits text,
  key_id text,
  constraint connections_check CHECK (((state <> 'bound'::text) OR (role IS NOT NULL))),
  constraint connections_role_check CHECK ((role = ANY (ARRAY['shop'::text, 'customer'::text]))),
  constraint connections_state_check CHECK ((state = ANY (ARRAY['new'::text, 'bound'::text, 'closed'::text]))),
  constraint connections_pkey PRIMARY KEY (id)
) with (fillfactor=70);
CREATE INDEX connections_address ON public.connections USING btree (address) WHERE (state <> 'closed'::text);
CREATE INDEX connections_closed ON public.connections USING btree (closed_at) WHERE (state = 'closed'::text);
CREATE INDEX connections_lapsed ON public.connections USING btree (expires_at) WHERE (state = 'bound'::text);
CREATE INDEX connections_new ON public.connections USING btree (opened_at) WHERE (state = 'new'::text);
CREATE INDEX connections_shop ON public.connections USING btree (shop) WHERE ((state = 'bound'::text) AND (role = 'shop'::text));
CREATE INDEX connections_visits ON public.connections USING btree (visits) WHERE ((state = 'bound'::text) AND (visits IS NOT NULL));

create table dishes (
  shop text not null,
  id text not null,
  name text not null,
  category text not null,
  price_cents integer not null,
  available boolean default true not null,
  "position" integer not null,
  description text default ''::text not null,
  allergens jsonb default '[]'::jsonb not null,
  image_url text,
  packaging_cents integer default 0 not null,
  options jsonb default '[]'::jsonb not null,
  choices_index jsonb generated always as (index_options(options)) stored not null,
  constraint dishes_category_check CHECK (((char_length(category) >= 0) AND (char_length(category) <= 60))),
  constraint dishes_description_check CHECK ((char_length(description) <= 300)),
  constraint dishes_id_check CHECK (((char_length(id) >= 1) AND (char_length(id) <= 64))),
  constraint dishes_image_url_check CHECK ((char_length(image_url) <= 500)),
  constraint dishes_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60))),
  constraint dishes_packaging_cents_check CHECK (((packaging_cents >= 0) AND (packaging_cents <= 1000000))),
  constraint dishes_price_cents_check CHECK (((price_cents >= 0) AND (price_cents <= 100000000))),
  constraint dishes_shop_fkey FOREIGN KEY (shop) REFERENCES shops(id) ON DELETE CASCADE,
  constraint dishes_pkey PRIMARY KEY (shop, id)
);

create table escalations (
  order_id uuid not null,
  shop text not null,
  id uuid default gen_random_uuid() not null,
  since timestamp with time zone default now() not null,
  tries integer default 0 not null,
  next_at timestamp with time zone default now() not null,
  delivered_at timestamp with time zone,
  dead_at timestamp with time zone,
  last_error text,
  constraint escalations_shop_order_id_fkey FOREIGN KEY (shop, order_id) REFERENCES orders(shop, id) ON DELETE CASCADE,
  constraint escalations_pkey PRIMARY KEY (shop, order_id)
);
CREATE INDEX escalations_waiting ON public.escalations USING btree (shop, next_at) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));

create table events (
  shop text not null,
  seq bigint not null,
  id uuid default gen_random_uuid() not null,
  type text not null,
  at timestamp with time zone not null,
  order_id uuid not null,
  body json not null,
  constraint events_pkey PRIMARY KEY (shop, seq)
);

create table followers (
  connection text not null,
  order_id uuid not null,
  since timestamp with time zone default now() not null,
  told_version integer,
  told_at timestamp with time zone,
  shop text not null,
  read_only boolean default false not null,
  constraint followers_connection_fkey FOREIGN KEY (connection) REFERENCES connections(id) ON DELETE CASCADE,
  constraint followers_pkey PRIMARY KEY (connection, order_id)
);
CREATE INDEX followers_order ON public.followers USING btree (shop, order_id);

create table menu_parts (
  shop text not null,
  part integer not null,
  upload uuid not null,
  dishes jsonb not null,
  constraint menu_parts_shop_fkey FOREIGN KEY (shop) REFERENCES shops(id) ON DELETE CASCADE,
  constraint menu_parts_pkey PRIMARY KEY (shop, part)
);

create table menus (
  shop text not null,
  version bigint not null,
  dishes text not null,
  bytes integer not null,
  constraint menus_shop_fkey FOREIGN KEY (shop) REFERENCES shops(id) ON DELETE CASCADE,
  constraint menus_pkey PRIMARY KEY (shop)
);

create table migrations (
  number integer not null,
  name text not null,
  at timestamp with time zone default now() not null,
  constraint migrations_pkey PRIMARY KEY (number)
);

create table order_items (
  order_id uuid not null,
  line smallint not null,
  dish text not null,
  name text not null,
  price_cents integer not null,
  quantity integer not null,
  note text,
  shop text not null,
  choices jsonb default '[]'::jsonb not null,
  choices_cents bigint default 0 not null,
  constraint order_items_quantity_check CHECK (((quantity >= 1) AND (quantity <= 99))),
  constraint order_items_shop_order_id_fkey FOREIGN KEY (shop, order_id) REFERENCES orders(shop, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  constraint order_items_pkey PRIMARY KEY (shop, order_id, line)
);

create table order_keys (
  key uuid not null,
  body_hash bytea not null,
  order_id uuid not null,
  shop text not null,
  constraint order_keys_pkey PRIMARY KEY (shop, key)
);
CREATE INDEX order_keys_of_order ON public.order_keys USING btree (shop, order_id);

create table orders (
  id uuid not null,
  shop text not null,
  number integer not null,
  day date not null,
  status text not null,
  version integer not null,
  total_cents bigint not null,
  currency text not null,
  customer_name text not null,
  customer_phone text not null,
  customer_address text not null,
  note text,
  placed_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  ready_at timestamp with time zone,
  reason text,
  placed_seq bigint not null,
  accept_by timestamp with time zone not null,
  reminded_at timestamp with time zone,
  accepted_at timestamp with time zone,
  waits_from timestamp with time zone,
  erased_at timestamp with time zone,
  fulfilment jsonb default '{"type": "delivery"}'::jsonb not null,
  packaging_cents bigint default 0 not null,
  delivery_cents bigint default 0 not null,
  discount_cents bigint default 0 not null,
  wanted_at timestamp with time zone,
  first_accept_by timestamp with time zone,
  constraint orders_status_check CHECK ((status = ANY (ARRAY['placed'::text, 'accepted'::text, 'ready'::text, 'completed'::text, 'rejected'::text, 'cancelled'::text, 'expired'::text]))),
  constraint orders_total_cents_check CHECK ((total_cents >= 0)),
  constraint orders_pkey PRIMARY KEY (shop, id),
  constraint orders_shop_day_number_key UNIQUE (shop, day, number)
);
CREATE INDEX orders_due ON public.orders USING btree (shop, accept_by) WHERE (status = 'placed'::text);
CREATE INDEX orders_id ON public.orders USING btree (id);
CREATE INDEX orders_open ON public.orders USING btree (shop, placed_seq) WHERE (status = ANY (ARRAY['placed'::text, 'accepted'::text, 'ready'::text]));
CREATE INDEX orders_wanted ON public.orders USING btree (shop, wanted_at) WHERE (wanted_at IS NOT NULL);

create table print_claims (
  order_id uuid not null,
  device uuid not null,
  at timestamp with time zone default now() not null,
  shop text not null,
  constraint print_claims_shop_order_id_fkey FOREIGN KEY (shop, order_id) REFERENCES orders(shop, id) ON DELETE CASCADE,
  constraint print_claims_pkey PRIMARY KEY (shop, order_id)
);

create unlogged table rate_limits (
  subject text not null,
  started_at timestamp with time zone not null,
  count integer not null,
  constraint rate_limits_pkey PRIMARY KEY (subject)
);

create table regulars (
  shop text not null,
  phone bytea not null,
  at timestamp with time zone not null,
  constraint regulars_shop_fkey FOREIGN KEY (shop) REFERENCES shops(id) ON DELETE CASCADE,
  constraint regulars_pkey PRIMARY KEY (shop, phone)
);
CREATE INDEX regulars_at ON public.regulars USING btree (at);

create table shop_acks (
  shop text not null,
  seq bigint default 0 not null,
  constraint shop_acks_shop_fkey FOREIGN KEY (shop) REFERENCES shops(id) ON DELETE CASCADE,
  constraint shop_acks_pkey PRIMARY KEY (shop)
) with (fillfactor=50);

create table shop_keys (
  shop text not null,
  id text not null,
  name text not null,
  role text not null,
  key_hash bytea not null,
  made_at timestamp with time zone default now() not null,
  last_seen_at timestamp with time zone,
  constraint shop_keys_name_check CHECK ((char_length(name) <= 40)),
  constraint shop_keys_role_check CHECK ((role = ANY (ARRAY['manager'::text, 'staff'::text, 'display'::text]))),
  constraint shop_keys_shop_fkey FOREIGN KEY (shop) REFERENCES shops(id) ON DELETE CASCADE,
  constraint shop_keys_pkey PRIMARY KEY (shop, id),
  constraint shop_keys_shop_key_hash_key UNIQUE (shop, key_hash)
);

create table shops (
  id text not null,
  name text not null,
  currency text not null,
  time_zone text not null,
  open boolean default true not null,
  auto_accept boolean default false not null,
  prep_minutes integer default 15 not null,
  accept_minutes integer default 5 not null,
  key_hash bytea not null,
  key_version integer default 1 not null,
  version bigint default 1 not null,
  webhook_url text,
  webhook_secret text,
  created_at timestamp with time zone default now() not null,
  busy_minutes integer default 0 not null,
  paused_until timestamp with time zone,
  pause_minutes integer,
  retention_days integer,
  erased_to date,
  hours jsonb default '{"week": [[], [], [], [], [], [], []], "exceptions": []}'::jsonb not null,
  hours_change_at timestamp with time zone,
  pickup boolean default false not null,
  delivery jsonb default '{"areas": [], "feeCents": 0, "minimumCents": 0, "freeFromCents": null}'::jsonb,
  discounts jsonb default '[]'::jsonb not null,
  later jsonb,
  about jsonb default '{}'::jsonb not null,
  link_days integer,
  last_key integer default 0 not null,
  constraint shops_accept_minutes_check CHECK (((accept_minutes >= 1) AND (accept_minutes <= 60))),
  constraint shops_busy_minutes_check CHECK (((busy_minutes >= 0) AND (busy_minutes <= 120))),
  constraint shops_check CHECK (((webhook_url IS NULL) = (webhook_secret IS NULL))),
  constraint shops_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint shops_id_check CHECK ((id ~ '^[A-Za-z0-9_-]{1,64}$'::text)),
  constraint shops_link_days_check CHECK (((link_days >= 1) AND (link_days <= 3650))),
  constraint shops_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60))),
  constraint shops_pause_minutes_check CHECK (((pause_minutes >= 1) AND (pause_minutes <= 240))),
  constraint shops_prep_minutes_check CHECK (((prep_minutes >= 1) AND (prep_minutes <= 240))),
  constraint shops_retention_days_check CHECK (((retention_days >= 1) AND (retention_days <= 3650))),
  constraint shops_pkey PRIMARY KEY (id)
);
CREATE INDEX shops_hours_change ON public.shops USING btree (hours_change_at) WHERE (hours_change_at IS NOT NULL);
CREATE INDEX shops_paused ON public.shops USING btree (paused_until) WHERE (paused_until IS NOT NULL);

create unlogged table slot_shares (
  shop text not null,
  day date not null,
  address text not null,
  count integer not null,
  constraint slot_shares_shop_fkey FOREIGN KEY (shop) REFERENCES shops(id) ON DELETE CASCADE,
  constraint slot_shares_pkey PRIMARY KEY (shop, day, address)
);

create table streams (
  shop text not null,
  epoch uuid default gen_random_uuid() not null,
  head bigint default 0 not null,
  min_seq bigint default 1 not null,
  last_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
  order_day date default '-infinity'::date not null,
  order_number integer default 0 not null,
  rate_from timestamp with time zone default '-infinity'::timestamp with time zone not null,
  rate_count integer default 0 not null,
  held_numbers integer[],
  constraint streams_shop_fkey FOREIGN KEY (shop) REFERENCES shops(id) ON DELETE CASCADE,
  constraint streams_pkey PRIMARY KEY (shop)
) with (fillfactor=50);

create table visitor_news (
  shop text not null,
  version bigint not null,
  online boolean not null,
  told_at timestamp with time zone,
  constraint visitor_news_shop_fkey FOREIGN KEY (shop) REFERENCES shops(id) ON DELETE CASCADE,
  constraint visitor_news_pkey PRIMARY KEY (shop)
);

CREATE OR REPLACE FUNCTION public.add_chat_member(p_id text, p_name text, p_lease_seconds integer)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.add_connection(p_id text, p_address text, p_per_address integer)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.add_key(p_shop text, p_name text, p_role text, p_key_hash bytea)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.append_event(o orders, p_type text, p_at timestamp with time zone)
 RETURNS events
 LANGUAGE plpgsql
AS $function$
declare
  v_body json := order_json(o);
  v_seq bigint;
  v_event events;
begin
  update streams s set head = s.head + 1 where s.shop = o.shop returning s.head into strict v_seq;
  insert into events (shop, seq, type, at, order_id, body)
  values (o.shop, v_seq, p_type, p_at, o.id, v_body)
  returning * into v_event;
  return v_event;
end $function$
;

CREATE OR REPLACE FUNCTION public.audit(OUT gaps bigint, OUT head_mismatches bigint, OUT orders_without_event bigint, OUT stuck_orders bigint)
 RETURNS record
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT ( SELECT count(*) AS count
            FROM (streams s
              CROSS JOIN LATERAL ( SELECT (l.seq - lag(l.seq, 1, GREATEST((s.min_seq - 1), (s.head - 1000))) OVER (ORDER BY l.seq)) AS step
                    FROM ( SELECT e_1.seq
                            FROM events e_1
                           WHERE (e_1.shop = s.shop)
                           ORDER BY e_1.seq DESC
                          LIMIT 1000) l) e)
           WHERE (e.step > 1)) AS count,
     ( SELECT count(*) AS count
            FROM streams s
           WHERE (s.head <> COALESCE(( SELECT max(e.seq) AS max
                    FROM events e
                   WHERE (e.shop = s.shop)), (s.min_seq - 1)))) AS count,
     ( SELECT count(*) AS count
            FROM orders o
           WHERE ((o.status = ANY (ARRAY['placed'::text, 'accepted'::text, 'ready'::text])) AND (o.placed_seq >= ( SELECT s.min_seq
                    FROM streams s
                   WHERE (s.shop = o.shop))) AND (NOT (EXISTS ( SELECT
                    FROM events e
                   WHERE ((e.shop = o.shop) AND (e.seq = o.placed_seq) AND (e.order_id = o.id))))))) AS count,
     ( SELECT count(*) AS count
            FROM orders o
           WHERE ((o.status = 'placed'::text) AND (o.accept_by < (now() - '00:05:00'::interval)))) AS count;
END
;

CREATE OR REPLACE FUNCTION public.auto_accept(p_shop text, p_from bigint, p_to bigint, p_within interval)
 RETURNS TABLE(epoch uuid, seq bigint, event_id uuid, order_id uuid, type text, at text, body json)
 LANGUAGE plpgsql
AS $function$
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
    select * into strict v_order from orders o where o.shop = p_shop and o.id = v_id;
    v_event := move_order(v_order, 'accepted', null, usual_minutes(p_shop));
    return query select (select s.epoch from streams s where s.shop = p_shop), v_event.seq, v_event.id, v_event.order_id, v_event.type, wire_time(v_event.at), v_event.body;
  end loop;
end $function$
;

CREATE OR REPLACE FUNCTION public.begin_day_or_minute(s streams, p_day date)
 RETURNS streams
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.best_discount(p_discounts jsonb, p_items_cents bigint)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(max(least(d."offCents", p_items_cents)) filter (where p_items_cents >= d."fromCents"), 0)
  from jsonb_to_recordset(p_discounts) as d ("fromCents" bigint, "offCents" bigint)
$function$
;

CREATE OR REPLACE FUNCTION public.bind_screen(p_id text, p_shop text, p_device uuid, p_key_version integer, p_lease interval, p_cap integer, OUT outcome text, OUT replaced text[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.bind_screen_of_key(p_id text, p_shop text, p_key text, p_device uuid, p_lease interval, p_cap integer, OUT outcome text, OUT replaced text[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.call_pause(p_tries integer)
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
RETURN (((10)::double precision * ((2)::double precision ^ (LEAST(7, GREATEST(0, (p_tries - 1))))::double precision)) * '00:00:01'::interval)
;

CREATE OR REPLACE FUNCTION public.change_order(p_shop text, p_scope text, p_order uuid, p_customer boolean, p_operation jsonb, OUT refusal json, OUT event events)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.change_shop(p_shop text, p_change jsonb)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.choose(p_options jsonb, p_chosen jsonb)
 RETURNS chosen
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
declare
  v_option jsonb;
  v_asked jsonb;
  v_choice jsonb;
  v_quantity integer;
  v_choices jsonb := '[]';
  v_cents bigint := 0;
  v_taken integer;
  v_found integer := 0;
  v_is_right boolean := true;
begin
  -- Of a dish that is not there they are null.
  for o in 0 .. coalesce(jsonb_array_length(p_options), 0) - 1 loop
    v_option := p_options -> o;
    -- By choice, how many are asked for of this group.
    v_asked := '{}';
    for n in 0 .. jsonb_array_length(p_chosen) - 1 loop
      if p_chosen -> n -> 'option' = v_option -> 'id' then
        v_asked := v_asked || jsonb_build_object(p_chosen -> n ->> 'choice', p_chosen -> n -> 'quantity');
      end if;
    end loop;
    v_taken := 0;
    if v_asked <> '{}' then
      for c in 0 .. jsonb_array_length(v_option -> 'choices') - 1 loop
        v_choice := v_option -> 'choices' -> c;
        v_quantity := v_asked ->> (v_choice ->> 'id');
        if v_quantity is not null then
          v_found := v_found + 1;
          v_taken := v_taken + v_quantity;
          v_cents := v_cents + v_quantity * (v_choice ->> 'priceCents')::bigint;
          v_is_right := v_is_right and (v_choice ->> 'available')::boolean and v_quantity <= (v_choice ->> 'max')::integer;
          v_choices := v_choices || jsonb_build_object('option', v_option -> 'id', 'choice', v_choice -> 'id',
            'name', v_choice -> 'name', 'priceCents', v_choice -> 'priceCents', 'quantity', v_quantity);
        end if;
      end loop;
    end if;
    v_is_right := v_is_right and v_taken between (v_option ->> 'min')::integer and (v_option ->> 'max')::integer;
  end loop;
  if v_is_right and v_found = jsonb_array_length(p_chosen) then
    return row(v_choices, v_cents, null, null)::chosen;
  end if;
  return (select row(v_choices, v_cents, w.missing, w.wrong)::chosen from wrong_choices(p_options, p_chosen) w);
end $function$
;

CREATE OR REPLACE FUNCTION public.claim_escalations(p_limit integer)
 RETURNS TABLE(order_id uuid, id uuid, shop text, tries integer, url text, secret text, body json, since text)
 LANGUAGE sql
BEGIN ATOMIC
 WITH given_up AS (
          UPDATE escalations e_1 SET dead_at = now(), last_error = 'the shop has no webhook'::text
           WHERE (e_1.order_id IN ( SELECT e_2.order_id
                    FROM (escalations e_2
                      JOIN shops s_1 ON ((s_1.id = e_2.shop)))
                   WHERE ((e_2.delivered_at IS NULL) AND (e_2.dead_at IS NULL) AND (s_1.webhook_url IS NULL))
                  LIMIT 1000
                  FOR UPDATE OF e_2 SKIP LOCKED))
         ), due AS (
          SELECT e_1.order_id,
             e_1.next_at,
             row_number() OVER (PARTITION BY e_1.shop ORDER BY e_1.next_at, e_1.order_id) AS turn
            FROM (escalations e_1
              JOIN shops s_1 ON ((s_1.id = e_1.shop)))
           WHERE ((e_1.delivered_at IS NULL) AND (e_1.dead_at IS NULL) AND (s_1.webhook_url IS NOT NULL) AND may_call(e_1.next_at, e_1.tries))
         ), next AS MATERIALIZED (
          SELECT d.order_id
            FROM due d
           ORDER BY d.turn, d.next_at
          LIMIT claim_escalations.p_limit
         ), held AS (
          SELECT e_1.order_id
            FROM (escalations e_1
              JOIN next n ON ((n.order_id = e_1.order_id)))
           WHERE ((e_1.delivered_at IS NULL) AND (e_1.dead_at IS NULL) AND may_call(e_1.next_at, e_1.tries))
          FOR UPDATE OF e_1 SKIP LOCKED
         )
  UPDATE escalations e SET tries = (e.tries + 1), next_at = (now() + '00:00:10'::interval)
    FROM held h,
     orders o,
     shops s
   WHERE ((e.order_id = h.order_id) AND (o.id = e.order_id) AND (s.id = e.shop))
   RETURNING e.order_id,
     e.id,
     e.shop,
     e.tries,
     s.webhook_url,
     s.webhook_secret,
     order_json(o.*) AS order_json,
     wire_time(e.since) AS wire_time;
END
;

CREATE OR REPLACE FUNCTION public.claim_escalations(p_shop text, p_limit integer)
 RETURNS TABLE(order_id uuid, id uuid, shop text, tries integer, url text, secret text, body json, since text)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.claim_news(p_shop text)
 RETURNS TABLE(visitors text[])
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.claim_overdue(p_limit integer)
 RETURNS TABLE(connection text, shop text, epoch uuid, head bigint, acked_seq bigint, tries integer)
 LANGUAGE sql
BEGIN ATOMIC
 WITH lacking AS (
          SELECT c_1.id,
             s.epoch,
             s.head,
             c_1.push_after,
             row_number() OVER (PARTITION BY c_1.shop ORDER BY c_1.push_after NULLS FIRST, c_1.id) AS turn
            FROM ((connections c_1
              JOIN streams s ON ((s.shop = c_1.shop)))
              JOIN shops ON ((shops.id = c_1.shop)))
           WHERE ((c_1.state = 'bound'::text) AND (c_1.role = 'shop'::text) AND (c_1.expires_at > now()) AND (c_1.key_version = shops.key_version) AND ((c_1.push_after IS NULL) OR (c_1.push_after <= now()) OR (c_1.push_after > (now() + push_pause(c_1.push_tries)))) AND (((c_1.acked_seq IS NULL) AND ((c_1.bound_at < (now() - '00:00:05'::interval)) OR (c_1.bound_at > (now() + '00:00:05'::interval)))) OR ((c_1.acked_seq < s.head) AND (EXISTS ( SELECT
                    FROM ( SELECT e_1.type,
                             e_1.at
                            FROM events e_1
                           WHERE ((e_1.shop = c_1.shop) AND (e_1.seq > c_1.acked_seq))
                           ORDER BY e_1.seq
                          LIMIT 1000) e
                   WHERE ((e.at < (now() -
                         CASE
                             WHEN (e.type = 'order.placed'::text) THEN '00:00:03'::interval
                             ELSE '00:00:35'::interval
                         END)) OR (e.at > (now() + '00:00:05'::interval))))))))
         ), next AS MATERIALIZED (
          SELECT l.id,
             l.epoch,
             l.head
            FROM lacking l
           ORDER BY l.turn, l.push_after NULLS FIRST
          LIMIT claim_overdue.p_limit
         ), overdue AS (
          SELECT c_1.id,
             n.epoch,
             n.head
            FROM (connections c_1
              JOIN next n ON ((n.id = c_1.id)))
           WHERE ((c_1.state = 'bound'::text) AND ((c_1.push_after IS NULL) OR (c_1.push_after <= now()) OR (c_1.push_after > (now() + push_pause(c_1.push_tries)))))
          FOR UPDATE OF c_1 SKIP LOCKED
         )
  UPDATE connections c SET push_after = (now() + '00:00:10'::interval), push_tries = (c.push_tries + 1)
    FROM overdue o
   WHERE (c.id = o.id)
   RETURNING c.id,
     c.shop,
     o.epoch,
     o.head,
     c.acked_seq,
     c.push_tries;
END
;

CREATE OR REPLACE FUNCTION public.claim_overdue(p_shop text, p_limit integer, p_own text DEFAULT NULL::text)
 RETURNS TABLE(connection text, shop text, epoch uuid, head bigint, acked_seq bigint)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_next text[];
  v_epoch uuid;
  v_head bigint;
begin
  select array_agg(l.id), min(l.epoch::text)::uuid, min(l.head) into v_next, v_epoch, v_head from (
    select l.id, l.epoch, l.head from lacking_screens(p_shop) l
    order by is_held_by(l.id, p_own) desc, l.push_after nulls first, l.id limit p_limit) l;
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
end $function$
;

CREATE OR REPLACE FUNCTION public.claim_print(p_shop text, p_order uuid, p_connection text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
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
  if exists (select from print_claims c where c.shop = p_shop and c.order_id = p_order and c.device = v_device) then
    return '{"ok":true,"print":true}';
  end if;
  return refused('already_claimed', 'another device prints this order');
end $function$
;

CREATE OR REPLACE FUNCTION public.claim_visitor_news(p_limit integer)
 RETURNS TABLE(shop text, visitors text[])
 LANGUAGE sql
BEGIN ATOMIC
 WITH visited AS (
          SELECT DISTINCT c_1.visits AS shop
            FROM connections c_1
           WHERE ((c_1.state = 'bound'::text) AND (c_1.visits IS NOT NULL) AND (c_1.expires_at > now()))
         ), present AS (
          SELECT s.id AS shop,
             s.version,
             (EXISTS ( SELECT
                    FROM live_screens(s.id) live_screens(id, opened_at))) AS online
            FROM (visited v
              JOIN shops s ON ((s.id = v.shop)))
         ), claimed AS (
          INSERT INTO visitor_news AS n (shop, version, online, told_at)  SELECT p.shop,
                     p.version,
                     p.online,
                     now() AS now
                    FROM (present p
                      LEFT JOIN visitor_news n_1 ON ((n_1.shop = p.shop)))
                   WHERE ((n_1.version IS DISTINCT FROM p.version) OR (n_1.online IS DISTINCT FROM p.online))
                   ORDER BY n_1.told_at NULLS FIRST, p.shop
                  LIMIT claim_visitor_news.p_limit ON CONFLICT(shop) DO UPDATE SET version = excluded.version, online = excluded.online, told_at = excluded.told_at
           WHERE ((n.version IS DISTINCT FROM excluded.version) OR (n.online IS DISTINCT FROM excluded.online))
           RETURNING n.shop
         )
  SELECT c.shop,
     ARRAY( SELECT v.id
            FROM live_visitors(c.shop) v(id)) AS "array"
    FROM claimed c;
END
;

CREATE OR REPLACE FUNCTION public.close_stale(p_limit integer)
 RETURNS TABLE(connection text, why text)
 LANGUAGE sql
BEGIN ATOMIC
 WITH stale AS (
          SELECT c_1.id,
                 CASE
                     WHEN (c_1.state = 'new'::text) THEN 'unbound'::text
                     WHEN (c_1.expires_at < (now() - '01:00:00'::interval)) THEN 'lapsed'::text
                     ELSE 'revoked'::text
                 END AS why,
             row_number() OVER (PARTITION BY COALESCE(c_1.shop, c_1.visits), c_1.address ORDER BY c_1.opened_at, c_1.id) AS turn
            FROM (connections c_1
              LEFT JOIN shops s ON ((s.id = c_1.shop)))
           WHERE (((c_1.state = 'new'::text) AND (c_1.opened_at < (now() - '00:00:10'::interval))) OR ((c_1.state = 'bound'::text) AND (c_1.expires_at < (now() - '01:00:00'::interval))) OR ((c_1.state = 'bound'::text) AND (c_1.role = 'shop'::text) AND (c_1.key_version < s.key_version)))
         ), next AS MATERIALIZED (
          SELECT s.id,
             s.why
            FROM stale s
           ORDER BY s.turn
          LIMIT close_stale.p_limit
         ), held AS (
          SELECT c_1.id,
             n.why
            FROM (connections c_1
              JOIN next n ON ((n.id = c_1.id)))
           WHERE ((c_1.state <> 'closed'::text) AND ((c_1.state = 'new'::text) = (n.why = 'unbound'::text)) AND ((n.why <> 'lapsed'::text) OR (c_1.expires_at < (now() - '01:00:00'::interval))) AND ((n.why <> 'revoked'::text) OR (c_1.key_version < ( SELECT s.key_version
                    FROM shops s
                   WHERE (s.id = c_1.shop)))))
          FOR UPDATE OF c_1 SKIP LOCKED
         )
  UPDATE connections c SET state = 'closed'::text, closed_at = now()
    FROM held h
   WHERE (c.id = h.id)
   RETURNING c.id,
     h.why;
END
;

CREATE OR REPLACE FUNCTION public.close_stale(p_shop text, p_limit integer)
 RETURNS TABLE(connection text, why text)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.close_unnamed(p_limit integer)
 RETURNS TABLE(connection text, why text)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.count_caller(p_address text, p_per_address integer, p_phone text, p_per_phone integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.count_rate(p_subject text, p_per_minute integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.cut_log(p_shop text, p_keep interval)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  v_min bigint;
  v_head bigint;
  v_cut bigint;
begin
  select s.min_seq, s.head into strict v_min, v_head from streams s where s.shop = p_shop;
  -- The event at head stays, however old it is: without it every cursor there would be lost, again and again.
  select max(e.seq) into v_cut from events e
  where e.shop = p_shop and e.seq < least(v_min + 1000, v_head) and e.at < now() - p_keep;
  if v_cut is null then
    return 0;
  end if;
  update streams set min_seq = v_cut + 1 where shop = p_shop and min_seq <= v_cut;
  delete from events where shop = p_shop and seq <= v_cut;
  return v_cut - v_min + 1;
end $function$
;

CREATE OR REPLACE FUNCTION public.day_numbers(p_shop text, p_day date, OUT last integer, OUT held integer[])
 RETURNS record
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT COALESCE(( SELECT max(o.number) AS max
            FROM orders o
           WHERE ((o.shop = day_numbers.p_shop) AND (o.day = day_numbers.p_day))), 0) AS "coalesce",
     ( SELECT array_agg(DISTINCT o.number) AS array_agg
            FROM ( SELECT o_1.number,
                     o_1.day
                    FROM orders o_1
                   WHERE ((o_1.shop = day_numbers.p_shop) AND (o_1.status = ANY (ARRAY['placed'::text, 'accepted'::text, 'ready'::text])))
                   ORDER BY o_1.placed_seq DESC
                  LIMIT 1000) o
           WHERE (o.day <> day_numbers.p_day)) AS array_agg;
END
;

CREATE OR REPLACE FUNCTION public.day_orders(p_shop text, p_day date, p_after integer, p_limit integer)
 RETURNS TABLE(number integer, body json)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT o.number,
     order_json(o.*) AS order_json
    FROM orders o
   WHERE ((o.shop = day_orders.p_shop) AND (o.day = day_orders.p_day) AND (o.number > day_orders.p_after) AND (day_orders.p_day >= ( SELECT (shop_day(day_orders.p_shop, NULL::date) - retention_days(day_orders.p_shop)))))
   ORDER BY o.number
  LIMIT day_orders.p_limit;
END
;

CREATE OR REPLACE FUNCTION public.day_report(p_shop text, p_day date)
 RETURNS TABLE(report json)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 WITH placed AS MATERIALIZED (
          SELECT o.id,
             o.number,
             o.status,
             o.total_cents,
             (o.status <> ALL (ARRAY['rejected'::text, 'cancelled'::text, 'expired'::text])) AS counts,
             (EXTRACT(hour FROM (COALESCE(o.wanted_at, o.placed_at) AT TIME ZONE s_1.time_zone)))::integer AS hour,
             EXTRACT(epoch FROM (o.accepted_at - o.placed_at)) AS accept_seconds
            FROM (orders o
              JOIN shops s_1 ON ((s_1.id = o.shop)))
           WHERE ((o.shop = day_report.p_shop) AND (o.day = ( SELECT shop_day(day_report.p_shop, day_report.p_day) AS shop_day)))
         ), sold AS (
          SELECT i.dish,
             (array_agg(i.name ORDER BY p.number DESC))[1] AS name,
             sum(i.quantity) AS quantity,
             sum((i.quantity * (i.price_cents + i.choices_cents))) AS takings
            FROM (placed p
              CROSS JOIN LATERAL ( SELECT i_1.dish,
                     i_1.name,
                     i_1.quantity,
                     i_1.price_cents,
                     i_1.choices_cents
                    FROM order_items i_1
                   WHERE ((i_1.shop = day_report.p_shop) AND (i_1.order_id = p.id))
                  OFFSET 0) i)
           WHERE p.counts
           GROUP BY i.dish
           ORDER BY (sum(i.quantity)) DESC, (sum((i.quantity * (i.price_cents + i.choices_cents)))) DESC, i.dish
          LIMIT 20
         ), by_hour AS (
          SELECT h.hour,
             count(p.id) AS orders,
             COALESCE(sum(p.total_cents) FILTER (WHERE p.counts), (0)::numeric) AS takings
            FROM (generate_series(0, 23) h(hour)
              LEFT JOIN placed p ON ((p.hour = h.hour)))
           GROUP BY h.hour
         )
  SELECT json_build_object('day', shop_day(day_report.p_shop, day_report.p_day), 'timeZone', s.time_zone, 'currency', s.currency, 'orders', t.orders, 'completed', t.completed, 'rejected', t.rejected, 'cancelled', t.cancelled, 'expired', t.expired, 'open', t.open, 'takingsCents', t.takings, 'accepted', t.accepted, 'acceptedCents', t.accepted_cents, 'completedCents', t.completed_cents, 'acceptSecondsAverage', t.average, 'acceptSecondsP95', t.p95, 'dishes', ( SELECT COALESCE(json_agg(json_build_object('dish', d.dish, 'name', d.name, 'quantity', d.quantity, 'takingsCents', d.takings) ORDER BY d.quantity DESC, d.takings DESC, d.dish), '[]'::json) AS "coalesce"
            FROM sold d), 'hours', ( SELECT json_agg(json_build_object('hour', h.hour, 'orders', h.orders, 'takingsCents', h.takings) ORDER BY h.hour) AS json_agg
            FROM by_hour h)) AS json_build_object
    FROM (shops s
      CROSS JOIN ( SELECT count(*) AS orders,
             count(*) FILTER (WHERE (placed.status = 'completed'::text)) AS completed,
             count(*) FILTER (WHERE (placed.status = 'rejected'::text)) AS rejected,
             count(*) FILTER (WHERE (placed.status = 'cancelled'::text)) AS cancelled,
             count(*) FILTER (WHERE (placed.status = 'expired'::text)) AS expired,
             count(*) FILTER (WHERE (placed.status = ANY (ARRAY['placed'::text, 'accepted'::text, 'ready'::text]))) AS open,
             COALESCE(sum(placed.total_cents) FILTER (WHERE placed.counts), (0)::numeric) AS takings,
             count(*) FILTER (WHERE (placed.status = ANY (ARRAY['accepted'::text, 'ready'::text]))) AS accepted,
             COALESCE(sum(placed.total_cents) FILTER (WHERE (placed.status = ANY (ARRAY['accepted'::text, 'ready'::text]))), (0)::numeric) AS accepted_cents,
             COALESCE(sum(placed.total_cents) FILTER (WHERE (placed.status = 'completed'::text)), (0)::numeric) AS completed_cents,
             round(avg(placed.accept_seconds), 1) AS average,
             round((percentile_cont((0.95)::double precision) WITHIN GROUP (ORDER BY ((placed.accept_seconds)::double precision)))::numeric, 1) AS p95
            FROM placed) t)
   WHERE (s.id = day_report.p_shop);
END
;

CREATE OR REPLACE FUNCTION public.dish_json(d dishes)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select case when d.description = '' and d.allergens = '[]' and d.image_url is null and d.packaging_cents = 0 and d.options = '[]'
    then json_build_object('id', d.id, 'name', d.name, 'category', d.category, 'priceCents', d.price_cents,
      'available', d.available)
    else json_strip_nulls(json_build_object('id', d.id, 'name', d.name, 'category', d.category, 'priceCents', d.price_cents,
      'available', d.available, 'description', nullif(d.description, ''), 'allergens', nullif(d.allergens, '[]'),
      'imageUrl', d.image_url, 'packagingCents', nullif(d.packaging_cents, 0), 'options', nullif(d.options, '[]'))) end
$function$
;

CREATE OR REPLACE FUNCTION public.erase_customer(p_shop text, p_phone text, p_limit integer, OUT erased bigint, OUT open bigint)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_form text := phone_form(p_phone);
  v_from date := coalesce((select s.erased_to from shops s where s.id = p_shop), '-infinity');
  v_orders uuid[] := array(
    select o.id from orders o
    where o.shop = p_shop and o.day > v_from and o.erased_at is null and phone_form(o.customer_phone) = v_form
      and o.status not in ('placed', 'accepted', 'ready')
    limit p_limit);
begin
  perform erase_orders(p_shop, v_orders);
  delete from regulars r where r.shop = p_shop and r.phone = phone_hash(p_phone);
  delete from rate_limits r where r.subject = 'phone:' || encode(phone_hash(p_phone), 'hex');
  erased := cardinality(v_orders);
  open := (
    select count(*) from orders o
    where o.shop = p_shop and o.status in ('placed', 'accepted', 'ready') and phone_form(o.customer_phone) = v_form);
end $function$
;

CREATE OR REPLACE FUNCTION public.erase_old(p_shop text, p_limit integer)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  v_before date := shop_day(p_shop, null) - retention_days(p_shop);
  v_orders uuid[] := array(
    select o.id from orders o
    where o.shop = p_shop and o.day < v_before and o.erased_at is null
      and o.day > coalesce((select s.erased_to from shops s where s.id = p_shop), '-infinity')
    order by o.day, o.number limit p_limit);
begin
  if cardinality(v_orders) > 0 then
    perform erase_orders(p_shop, v_orders);
  else
    update shops s set erased_to = v_before - 1 where s.id = p_shop and s.erased_to is distinct from v_before - 1;
    delete from regulars r where r.shop = p_shop and r.at < now() - make_interval(days => retention_days(p_shop));
  end if;
  return cardinality(v_orders);
end $function$
;

CREATE OR REPLACE FUNCTION public.erase_orders(p_shop text, p_orders uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update orders o set customer_name = '', customer_phone = '', customer_address = '', note = null, erased_at = now()
  where o.shop = p_shop and o.id = any (p_orders);
  update order_keys k set body_hash = '' where k.shop = p_shop and k.order_id = any (p_orders);
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
end $function$
;

CREATE OR REPLACE FUNCTION public.escalate(p_after interval)
 RETURNS TABLE(order_id uuid, shop text, has_webhook boolean)
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO escalations AS e (order_id, shop, dead_at, last_error)  SELECT o.id,
             s.id,
                 CASE
                     WHEN (s.webhook_url IS NULL) THEN now()
                     ELSE NULL::timestamp with time zone
                 END AS "case",
                 CASE
                     WHEN (s.webhook_url IS NULL) THEN 'the shop has no webhook'::text
                     ELSE NULL::text
                 END AS "case"
            FROM ((shops s
              JOIN shop_acks a ON ((a.shop = s.id)))
              CROSS JOIN LATERAL ( SELECT n.id,
                     row_number() OVER (ORDER BY n.placed_seq) AS turn
                    FROM ( SELECT o_1.id,
                             o_1.placed_seq
                            FROM orders o_1
                           WHERE ((o_1.shop = s.id) AND (o_1.status = 'placed'::text) AND (o_1.placed_seq > a.seq) AND (COALESCE(o_1.waits_from, o_1.placed_at) < (now() - escalate.p_after)) AND (NOT (EXISTS ( SELECT
                                    FROM escalations e_1
                                   WHERE (e_1.order_id = o_1.id)))))
                           ORDER BY o_1.placed_seq
                          LIMIT 500) n) o)
           ORDER BY o.turn
          LIMIT 500 ON CONFLICT DO NOTHING
   RETURNING e.order_id,
     e.shop,
     (e.dead_at IS NULL);
END
;

CREATE OR REPLACE FUNCTION public.escalate(p_shop text, p_after interval, p_limit integer)
 RETURNS TABLE(order_id uuid, shop text, has_webhook boolean)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.expire_order(p_after text)
 RETURNS TABLE(shop text, epoch uuid, seq bigint, event_id uuid, order_id uuid, type text, at text, body json)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.expire_orders(p_shop text, p_limit integer)
 RETURNS TABLE(shop text, epoch uuid, seq bigint, event_id uuid, order_id uuid, type text, at text, body json)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.follow_order(p_id text, p_order uuid, p_lease interval, p_per_connection integer, p_cap integer, OUT outcome text, OUT replaced text[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_shop text := (select o.shop from orders o where o.id = p_order);
begin
  select f.outcome, f.replaced into outcome, replaced
  from follow_order(p_id, v_shop, p_order, p_lease, p_per_connection, p_cap) f;
end $function$
;

CREATE OR REPLACE FUNCTION public.follow_order(p_id text, p_shop text, p_order uuid, p_lease interval, p_per_connection integer, p_cap integer, OUT outcome text, OUT replaced text[])
 RETURNS record
 LANGUAGE sql
AS $function$
  select f.outcome, f.replaced from follow_order(p_id, p_shop, p_order, false, p_lease, p_per_connection, p_cap) f
$function$
;

CREATE OR REPLACE FUNCTION public.follow_order(p_id text, p_shop text, p_order uuid, p_read_only boolean, p_lease interval, p_per_connection integer, p_cap integer, OUT outcome text, OUT replaced text[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_connection connections;
  v_excess text[];
begin
  perform pg_advisory_xact_lock(hashtext('followers'), hashtext(p_order::text));
  insert into connections (id, state, expires_at) values (p_id, 'new', now() + p_lease) on conflict do nothing;
  v_excess := array(
    select id from (
      select c.id, c.opened_at from followers f join connections c on c.id = f.connection
      where f.shop = p_shop and f.order_id = p_order and f.read_only = p_read_only
        and c.state = 'bound' and c.expires_at > now() and c.id <> p_id
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
  insert into followers as f (connection, shop, order_id, read_only) values (p_id, p_shop, p_order, p_read_only)
  on conflict (connection, order_id) do update set read_only = false where f.read_only and not excluded.read_only;
  update connections set state = 'closed', closed_at = now() where id = any (v_excess) and state = 'bound';
  outcome := 'bound';
  replaced := v_excess;
end $function$
;

CREATE OR REPLACE FUNCTION public.followed_by(p_connection text)
 RETURNS TABLE(id uuid, shop text, body text, read_only boolean)
 LANGUAGE plpgsql
 STABLE
AS $function$
#variable_conflict use_column
declare
  v_follower followers;
begin
  for v_follower in select * from followers f where f.connection = p_connection order by f.since loop
    return query
    select o.id, o.shop, order_json(o)::text, v_follower.read_only from orders o
    where o.shop = v_follower.shop and o.id = v_follower.order_id;
  end loop;
end $function$
;

CREATE OR REPLACE FUNCTION public.forget_commands(p_shop text, p_keep interval, p_limit integer)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.forget_connections(p_limit integer)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.forget_refusals(p_limit integer)
 RETURNS bigint
 LANGUAGE sql
BEGIN ATOMIC
 WITH gone AS (
          DELETE FROM commands c
           WHERE ((c.scope, c.id) IN ( SELECT c_1.scope,
                     c_1.id
                    FROM commands c_1
                   WHERE (c_1.refused AND (c_1.at < (now() - '00:10:00'::interval)))
                  LIMIT forget_refusals.p_limit
                  FOR UPDATE OF c_1 SKIP LOCKED))
           RETURNING c.id
         )
  SELECT count(*) AS count
    FROM gone;
END
;

CREATE OR REPLACE FUNCTION public.forget_refusals(p_shop text, p_limit integer)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  v_count bigint;
begin
  delete from commands c where c.shop = p_shop and (c.scope, c.id) in (
    select o.scope, o.id from commands o
    where o.shop = p_shop and o.refused and o.at < now() - interval '10 minutes'
    limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end $function$
;

CREATE OR REPLACE FUNCTION public.forget_some(p_keep interval, p_limit integer)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  v_most bigint := 0;
  v_count bigint;
begin
  update commands c set at = now() where (c.scope, c.id) in (
    select c.scope, c.id from commands c where c.at > now() + interval '5 seconds' limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  update connections c set closed_at = now() where c.id in (
    select c.id from connections c where c.state = 'closed' and c.closed_at > now() + interval '5 seconds'
    limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  delete from commands c where (c.scope, c.id) in (
    select c.scope, c.id from commands c where c.at < now() - p_keep order by c.at limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  delete from connections c where c.id in (
    select c.id from connections c where c.state = 'closed' and c.closed_at < now() - interval '1 hour'
    order by c.closed_at limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  delete from rate_limits r where r.subject in (
    select r.subject from rate_limits r
    where r.started_at < now() - interval '10 minutes' or r.started_at > now() + interval '5 seconds'
    limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return greatest(v_most, v_count);
end $function$
;

CREATE OR REPLACE FUNCTION public.free_slots(p_shop text, p_day date)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return (
    select coalesce(json_agg(json_build_object('at', wire_time(t.at),
      'free', greatest(0, (s.later ->> 'perSlot')::bigint - taken_in_slot(s.id, t.at))) order by t.at)
      filter (where t.at is not null), '[]')::text
    from shops s left join lateral slots_of(s, p_day, now()) t on true
    where s.id = p_shop group by s.id);
end $function$
;

CREATE OR REPLACE FUNCTION public.hand_over(s shops, p_fulfilment jsonb, p_items_cents bigint, OUT fulfilment jsonb, OUT cents bigint)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
declare
  v_area jsonb;
begin
  cents := 0;
  fulfilment := coalesce(p_fulfilment, '{"type":"delivery"}');
  if fulfilment ->> 'type' = 'pickup' then
    if not s.pickup then
      raise exception 'the shop has no pickup' using errcode = 'WO013';
    end if;
    return;
  end if;
  if s.delivery is null then
    raise exception 'the shop does not deliver' using errcode = 'WO013';
  end if;
  if s.delivery -> 'areas' <> '[]' or fulfilment ? 'area' then
    select a into v_area from jsonb_array_elements(s.delivery -> 'areas') a where a ->> 'id' = fulfilment ->> 'area';
    if v_area is null then
      raise exception 'the shop does not deliver there' using errcode = 'WO012';
    end if;
    fulfilment := fulfilment || jsonb_build_object('areaName', v_area -> 'name');
  end if;
  if p_items_cents < (coalesce(v_area -> 'minimumCents', s.delivery -> 'minimumCents'))::bigint then
    raise exception 'the items cost less than the shop delivers for' using errcode = 'WO011';
  end if;
  cents := case when p_items_cents >= (s.delivery ->> 'freeFromCents')::bigint then 0
    else (coalesce(v_area -> 'feeCents', s.delivery -> 'feeCents'))::bigint end;
end $function$
;

CREATE OR REPLACE FUNCTION public.hours_at(p_hours jsonb, p_zone text, p_at timestamp with time zone, OUT is_open boolean, OUT changes_at timestamp with time zone)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_today date := (p_at at time zone p_zone)::date;
  v_days integer;
  v_period record;
begin
  is_open := is_always(p_hours);
  if is_open then
    return;
  end if;
  -- Nearly always the next days tell.
  foreach v_days in array array[8, 62] loop
    is_open := false;
    changes_at := null;
    for v_period in
      select begins_at, ends_at from periods_of(p_hours, p_zone, v_today - 2, v_today + v_days) where ends_at > p_at order by 1
    loop
      if v_period.begins_at <= p_at then
        is_open := true;
        changes_at := greatest(changes_at, v_period.ends_at);
      elsif not is_open then
        changes_at := v_period.begins_at;
        return;
      elsif v_period.begins_at > changes_at then
        return;
      else
        changes_at := greatest(changes_at, v_period.ends_at);
      end if;
    end loop;
    -- Closed for good after that, as far as these days tell.
    if is_open and changes_at < (v_today + v_days)::timestamp at time zone p_zone then
      return;
    end if;
  end loop;
  changes_at := null;
end $function$
;

CREATE OR REPLACE FUNCTION public.index_options(p_options jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select jsonb_build_object('', count(*) filter (where (o.value -> 'min')::integer > 0))
    || coalesce(jsonb_object_agg(o.value ->> 'id', (
      select jsonb_object_agg(c.value ->> 'id', jsonb_build_object(
        'option', o.place, 'place', c.place, 'few', o.value -> 'min', 'many', o.value -> 'max', 'max', c.value -> 'max',
        'cents', c.value -> 'priceCents', 'order', left(jsonb_build_object('option', o.value -> 'id', 'choice', c.value -> 'id',
          'name', c.value -> 'name', 'priceCents', c.value -> 'priceCents')::text, -1) || ', "quantity": '))
      from jsonb_array_elements(o.value -> 'choices') with ordinality as c (value, place)
      where (c.value -> 'available')::boolean)) filter (where o.value is not null), '{}')
  from jsonb_array_elements(p_options) with ordinality as o (value, place)
$function$
;

CREATE OR REPLACE FUNCTION public.is_always(p_hours jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select p_hours -> 'week' = '[[],[],[],[],[],[],[]]' and p_hours -> 'exceptions' = '[]'
$function$
;

CREATE OR REPLACE FUNCTION public.is_held_by(p_connection text, p_instance text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(starts_with(p_connection, p_instance || '.'), false)
$function$
;

CREATE OR REPLACE FUNCTION public.is_link_open(o orders)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select o.status in ('placed', 'accepted', 'ready') or o.updated_at > now() - make_interval(days => link_days(o.shop))
$function$
;

CREATE OR REPLACE FUNCTION public.is_too_large(o orders, p_items json, p_max_bytes integer)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  o.number := 1;
  o.status := 'placed';
  o.version := 1;
  o.placed_at := now();
  o.updated_at := now();
  o.accept_by := now();
  return octet_length(order_json(o, p_items)::text) > p_max_bytes;
end $function$
;

CREATE OR REPLACE FUNCTION public.is_too_large(p_id uuid, p_shop text, p_items json, p_total_cents bigint, p_currency text, p_customer wire_customer, p_note text, p_max_bytes integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select octet_length(row_to_json(row(
    p_id, 1, p_shop, 'placed', 1, p_items, p_total_cents, p_currency, p_customer, p_note, wire_time(now()), wire_time(now()),
    null, null)::wire_order)::text) > p_max_bytes
$function$
;

CREATE OR REPLACE FUNCTION public.is_too_large(p_shop text, p_currency text, p_customer_name text, p_customer_phone text, p_customer_address text, p_note text, p_wanted_at timestamp with time zone, p_items json, p_packaging_cents bigint, p_terms jsonb, p_max_bytes integer)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  o orders := jsonb_populate_record(null::orders, p_terms);
begin
  o.id := gen_random_uuid();
  o.shop := p_shop;
  o.currency := p_currency;
  o.customer_name := p_customer_name;
  o.customer_phone := p_customer_phone;
  o.customer_address := p_customer_address;
  o.note := p_note;
  o.wanted_at := p_wanted_at;
  o.packaging_cents := p_packaging_cents;
  return is_too_large(o, p_items, p_max_bytes);
end $function$
;

CREATE OR REPLACE FUNCTION public.is_within(p_at timestamp with time zone, p_time interval)
 RETURNS boolean
 LANGUAGE sql
RETURN ((p_at > (clock_timestamp() - p_time)) AND (p_at <= (clock_timestamp() + '00:00:05'::interval)))
;

CREATE OR REPLACE FUNCTION public.is_within(p_at timestamp with time zone, p_time interval, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN ((p_at > (p_now - p_time)) AND (p_at <= (p_now + '00:00:05'::interval)))
;

CREATE OR REPLACE FUNCTION public.keep_outcome(p_shop text, p_scope text, p_id uuid, p_customer boolean, p_outcome json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.kept_refusals(p_shop text, p_scope text, p_enough integer)
 RETURNS bigint
 LANGUAGE sql
 STABLE
RETURN (SELECT count(*) AS count FROM (SELECT FROM commands c_1 WHERE ((c_1.shop = kept_refusals.p_shop) AND (c_1.scope = kept_refusals.p_scope) AND c_1.refused AND (c_1.at > (now() - '00:10:00'::interval))) LIMIT kept_refusals.p_enough) c)
;

CREATE OR REPLACE FUNCTION public.keys_json(p_shop text)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(json_agg(json_build_object('keyId', k.id, 'name', k.name, 'role', k.role,
    'madeAt', wire_time(k.made_at), 'lastSeenAt', wire_time(k.last_seen_at)) order by k.made_at, k.id), '[]')
  from shop_keys k where k.shop = p_shop
$function$
;

CREATE OR REPLACE FUNCTION public.known_command(p_shop text, p_scope text, p_id uuid)
 RETURNS commands
 LANGUAGE sql
 STABLE
AS $function$
  select c from commands c where c.shop = p_shop and c.scope = p_scope and c.id = p_id
$function$
;

CREATE OR REPLACE FUNCTION public.known_order(p_shop text, p_key uuid, p_body_hash bytea)
 RETURNS orders
 LANGUAGE plpgsql
AS $function$
declare
  v_known order_keys;
  v_order orders;
begin
  select * into strict v_known from order_keys k where k.shop = p_shop and k.key = p_key;
  if v_known.body_hash <> '' and v_known.body_hash <> p_body_hash then
    raise exception 'this Idempotency-Key belongs to another order' using errcode = 'WO005';
  end if;
  select * into v_order from orders o where o.shop = p_shop and o.id = v_known.order_id;
  if not found then
    raise exception 'the order of this Idempotency-Key is no longer kept' using errcode = 'WO008';
  end if;
  return v_order;
end $function$
;

CREATE OR REPLACE FUNCTION public.lacking_screens(p_shop text)
 RETURNS TABLE(id text, epoch uuid, head bigint, push_after timestamp with time zone)
 LANGUAGE plpgsql
 STABLE
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.link_days(p_shop text)
 RETURNS integer
 LANGUAGE sql
 STABLE
RETURN (SELECT COALESCE(s.link_days, 14) AS "coalesce" FROM shops s WHERE (s.id = link_days.p_shop))
;

CREATE OR REPLACE FUNCTION public.live_screens(p_shop text)
 RETURNS TABLE(id text, opened_at timestamp with time zone)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT c.id,
     c.opened_at
    FROM (connections c
      JOIN shops s ON ((s.id = c.shop)))
   WHERE ((c.shop = live_screens.p_shop) AND (c.state = 'bound'::text) AND (c.role = 'shop'::text) AND (c.expires_at > now()) AND (c.key_version = s.key_version));
END
;

CREATE OR REPLACE FUNCTION public.live_visitors(p_shop text)
 RETURNS TABLE(id text)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT c.id
    FROM connections c
   WHERE ((c.visits = live_visitors.p_shop) AND (c.state = 'bound'::text) AND (c.expires_at > now()));
END
;

CREATE OR REPLACE FUNCTION public.make_key(p_shop text, p_name text, p_role text, p_key_hash bytea)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.may_become(p_from text, p_to text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE p_from WHEN 'placed'::text THEN (p_to = ANY (ARRAY['accepted'::text, 'rejected'::text, 'cancelled'::text, 'expired'::text])) WHEN 'accepted'::text THEN (p_to = ANY (ARRAY['ready'::text, 'completed'::text, 'cancelled'::text])) WHEN 'ready'::text THEN (p_to = ANY (ARRAY['completed'::text, 'cancelled'::text])) ELSE false END
;

CREATE OR REPLACE FUNCTION public.may_call(p_next timestamp with time zone, p_tries integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select p_next <= now() or p_next > now() + call_pause(p_tries) + interval '5 seconds'
$function$
;

CREATE OR REPLACE FUNCTION public.may_push(p_after timestamp with time zone, p_tries integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select p_after is null or p_after <= now() or p_after > now() + push_pause(p_tries) + interval '5 seconds'
$function$
;

CREATE OR REPLACE FUNCTION public.menu_text(p_shop text)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(json_agg(dish_json(d) order by d.position, d.id), '[]'::json)::text from dishes d where d.shop = p_shop
$function$
;

CREATE OR REPLACE FUNCTION public.moment_after(p_last timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
RETURN CASE WHEN (p_last > (clock_timestamp() + '00:00:05'::interval)) THEN clock_timestamp() ELSE GREATEST(clock_timestamp(), p_last) END
;

CREATE OR REPLACE FUNCTION public.moment_after(p_last timestamp with time zone, p_now timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
RETURN CASE WHEN (p_last > (p_now + '00:00:05'::interval)) THEN p_now ELSE GREATEST(p_now, p_last) END
;

CREATE OR REPLACE FUNCTION public.move_category(p_shop text, p_category text, p_before text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
declare
  v_moved text[] := (select array_agg(d.id) from dishes d where d.shop = p_shop and d.category = p_category);
  v_first text := (
    select d.id from dishes d where d.shop = p_shop and d.category = p_before order by d.position, d.id limit 1
  );
begin
  if v_moved is null or (p_before is not null and v_first is null) then
    return refused('not_found', 'there is no such category');
  end if;
  if p_category is distinct from p_before then
    perform move_dishes(p_shop, v_moved, v_first);
  end if;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.move_dish(p_shop text, p_dish text, p_before text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from dishes d where d.shop = p_shop and d.id = p_dish)
    or (p_before is not null and not exists (select from dishes d where d.shop = p_shop and d.id = p_before)) then
    return refused('not_found', 'there is no such dish');
  end if;
  if p_dish is distinct from p_before then
    perform move_dishes(p_shop, array[p_dish], p_before);
  end if;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.move_dishes(p_shop text, p_moved text[], p_before text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update dishes d set position = n.place
  from (
    select r.id, row_number() over (
      order by case when r.moves then coalesce(r.before_rank, r.count + 1) else r.rank end, r.moves desc, r.rank
    ) as place
    from (
      select s.id, s.rank, s.count, s.id = any (p_moved) as moves,
        max(s.rank) filter (where s.id = p_before) over () as before_rank
      from (
        select m.id, row_number() over (order by m.position, m.id) as rank, count(*) over () as count
        from dishes m where m.shop = p_shop
      ) s
    ) r
  ) n
  where d.shop = p_shop and d.id = n.id and d.position <> n.place;
end $function$
;

CREATE OR REPLACE FUNCTION public.move_order(o orders, p_to text, p_reason text, p_prep_minutes integer)
 RETURNS events
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.next_number(p_last integer, p_held integer[])
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT min(n.n) AS min FROM generate_series((next_number.p_last + 1), ((next_number.p_last + 1) + COALESCE(cardinality(next_number.p_held), 0))) n(n) WHERE ((next_number.p_held IS NULL) OR (n.n <> ALL (next_number.p_held))))
;

CREATE OR REPLACE FUNCTION public.note_hours_change(p_shop text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.note_key_seen(p_shop text, p_key text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  -- Without waiting: whoever holds the key's row has seen it too, or takes it away.
  update shop_keys k set last_seen_at = now()
  where k.shop = p_shop and k.id in (
    select s.id from shop_keys s
    where s.shop = p_shop and s.id = p_key
    for no key update skip locked);
end $function$
;

CREATE OR REPLACE FUNCTION public.number_of_day(s streams, p_day date)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_number integer;
begin
  select next_number(d.last, d.held) into strict v_number from day_numbers(s.shop, p_day) d;
  update streams t set
    order_number = s.order_number - 1,
    held_numbers = case when v_number >= s.order_number then coalesce(s.held_numbers, '{}') || v_number else s.held_numbers end
  where t.shop = s.shop;
  return v_number;
end $function$
;

CREATE OR REPLACE FUNCTION public.numbered_for(s streams, p_day date)
 RETURNS streams
 LANGUAGE plpgsql
AS $function$
begin
  if p_day <> s.order_day then
    s.order_number := number_of_day(s, p_day);
    s.order_day := p_day;
  end if;
  return s;
end $function$
;

CREATE OR REPLACE FUNCTION public.numbers_above(p_last integer, p_held integer[])
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT array_agg(n.n ORDER BY n.n) AS array_agg FROM unnest(numbers_above.p_held) n(n) WHERE (n.n > numbers_above.p_last))
;

CREATE OR REPLACE FUNCTION public.opening_of(s shops, p_at timestamp with time zone, OUT is_open boolean, OUT opens_at timestamp with time zone, OUT closes_at timestamp with time zone)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_hours record;
begin
  v_hours := hours_at(s.hours, s.time_zone, p_at);
  is_open := s.open and v_hours.is_open;
  if is_open then
    closes_at := v_hours.changes_at;
  elsif s.open then
    opens_at := v_hours.changes_at;
  elsif s.paused_until is not null then
    v_hours := hours_at(s.hours, s.time_zone, greatest(s.paused_until, p_at));
    opens_at := case when v_hours.is_open then greatest(s.paused_until, p_at) else v_hours.changes_at end;
  end if;
end $function$
;

CREATE OR REPLACE FUNCTION public.order_dishes(p_shop text, p_ids jsonb)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
begin
  -- As many as there are, and every one that is there: so none twice, and none that is not.
  if jsonb_array_length(p_ids) <> (select count(*) from dishes d where d.shop = p_shop)
    or exists (select from dishes d where d.shop = p_shop and not p_ids ? d.id) then
    return refused('version_conflict', 'the menu has changed');
  end if;
  update dishes d set position = n.place
  from jsonb_array_elements_text(p_ids) with ordinality as n (id, place) where d.shop = p_shop and d.id = n.id;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.order_json(o orders)
 RETURNS json
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_order json := order_json(o, (
    select array_to_json(array_agg(row(i.dish, i.name, i.price_cents, i.quantity, i.note, i.choices)::wire_line order by i.line))
    from order_items i where i.shop = o.shop and i.order_id = o.id));
begin
  if o.erased_at is not null then
    return (v_order::jsonb || '{"erased":true}')::json;
  end if;
  return v_order;
end $function$
;

CREATE OR REPLACE FUNCTION public.order_json(o orders, p_items json)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select row_to_json(row(
    o.id, o.number, o.shop, o.status, o.version, p_items, o.total_cents, o.currency,
    row(o.customer_name, o.customer_phone, o.customer_address)::wire_customer,
    o.note, wire_time(o.placed_at), wire_time(o.updated_at), wire_time(o.ready_at), o.reason, o.fulfilment,
    row(o.total_cents - o.packaging_cents - o.delivery_cents + o.discount_cents, o.packaging_cents, o.delivery_cents,
      o.discount_cents, o.total_cents)::wire_amounts, wire_time(o.wanted_at),
    case when o.status = 'placed' then wire_time(o.accept_by) end)::wire_waiting_order)
$function$
;

CREATE OR REPLACE FUNCTION public.orders_to_tell(p_connection text, p_again interval)
 RETURNS SETOF orders
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.periods_of(p_hours jsonb, p_zone text, p_from date, p_to date)
 RETURNS TABLE(begins_at timestamp with time zone, ends_at timestamp with time zone)
 LANGUAGE sql
 STABLE
AS $function$
  select i.begins_at, i.ends_at
  from generate_series(p_from, p_to, interval '1 day') as g (day)
  cross join lateral jsonb_to_recordset(coalesce(
    (select e -> 'periods' from jsonb_array_elements(p_hours -> 'exceptions') e where (e ->> 'date')::date = g.day),
    case when p_hours -> 'week' = '[[],[],[],[],[],[],[]]' then '[{"from":"00:00","to":"00:00"}]'
      else p_hours -> 'week' -> (extract(isodow from g.day)::integer - 1) end)) as p ("from" time, "to" time)
  cross join lateral (select
    (g.day::date + p."from") at time zone p_zone as begins_at,
    (g.day::date + p."to" + case when p."to" > p."from" then interval '0' else interval '1 day' end) at time zone p_zone as ends_at) i
  where i.begins_at < i.ends_at
    and ((g.day::date + time '12:00') at time zone p_zone at time zone p_zone)::date = g.day::date
$function$
;

CREATE OR REPLACE FUNCTION public.phone_form(p_phone text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
  v_digits text := ltrim(translate(p_phone, '0１２３４５６７８９０＋＃＊+()#*. -', '01234567890'), '0');
begin
  if strpos(translate(p_phone, '*＃＊', '###'), '#') > 0 then
    v_digits := ltrim(regexp_replace(coalesce(
      (regexp_match(p_phone, '^((?:[^0-9#*＃＊]*[0-9]){7,}[^0-9#*＃＊]*)[#*＃＊]'))[1], p_phone), '[^0-9]', '', 'g'), '0');
  end if;
  if v_digits like '86%' and length(v_digits) between 12 and 14 then
    return ltrim(substr(v_digits, 3), '0');
  end if;
  return v_digits;
end $function$
;

CREATE OR REPLACE FUNCTION public.phone_hash(p_phone text)
 RETURNS bytea
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
begin
  if p_phone ~ '^[0-9]{3,11}$' then
    return sha256(convert_to(ltrim(p_phone, '0'), 'UTF8'));
  end if;
  return sha256(convert_to(phone_form(p_phone), 'UTF8'));
end $function$
;

CREATE OR REPLACE FUNCTION public.place_order(p_key uuid, p_body_hash bytea, p_shop text, p_dishes text[], p_quantities integer[], p_notes text[], p_customer_name text, p_customer_phone text, p_customer_address text, p_note text, p_expected_total_cents bigint, p_address text, p_per_address integer, p_per_phone integer, p_per_shop integer, p_max_order_bytes integer, OUT replayed boolean, OUT order_id uuid, OUT epoch uuid, OUT seq bigint, OUT event_id uuid, OUT at text, OUT body json)
 RETURNS record
 LANGUAGE sql
AS $function$
  select * from place_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
    null::jsonb, null::jsonb, null::timestamptz)
$function$
;

CREATE OR REPLACE FUNCTION public.place_order(p_key uuid, p_body_hash bytea, p_shop text, p_dishes text[], p_quantities integer[], p_notes text[], p_customer_name text, p_customer_phone text, p_customer_address text, p_note text, p_expected_total_cents bigint, p_address text, p_per_address integer, p_per_phone integer, p_per_shop integer, p_max_order_bytes integer, p_choices jsonb, p_fulfilment jsonb, p_wanted_at timestamp with time zone, OUT replayed boolean, OUT order_id uuid, OUT epoch uuid, OUT seq bigint, OUT event_id uuid, OUT at text, OUT body json)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  v_order orders;
  v_shop shops;
  v_now timestamptz;
  v_stream streams;
  v_day date;
  v_priced record;
  v_terms record;
  v_waits_from timestamptz;
  v_is_large boolean;
begin
  order_id := gen_random_uuid();
  insert into order_keys (shop, key, body_hash, order_id) values (p_shop, p_key, p_body_hash, place_order.order_id)
  on conflict do nothing;
  if not found then
    -- Another statement: in READ COMMITTED it sees what the winner of a race has committed in the meantime.
    v_order := known_order(p_shop, p_key, p_body_hash);
    replayed := true;
    order_id := v_order.id;
    body := placed_order_json(v_order);
    return;
  end if;
  v_shop := shop_for_order(p_shop, p_wanted_at, p_per_shop,
    count_caller(p_address, p_per_address, p_customer_phone, p_per_phone), p_customer_phone);

  v_priced := price_lines(p_shop, order_id, p_dishes, p_quantities, p_notes, p_choices);
  v_terms := terms_of_order(v_shop, v_priced.items_cents, v_priced.packaging_cents, p_fulfilment, p_expected_total_cents);
  -- What stands beside the items is 4,600 bytes at most.
  v_is_large := octet_length(v_priced.items::text) > p_max_order_bytes - 4600;
  if v_is_large and is_too_large(p_shop, v_shop.currency, p_customer_name, p_customer_phone, p_customer_address, p_note,
    p_wanted_at, v_priced.items, v_priced.packaging_cents, to_jsonb(v_terms), p_max_order_bytes) then
    raise exception 'the order is too large' using errcode = 'WO007';
  end if;

  if p_wanted_at is not null then
    perform take_slot(v_shop, p_wanted_at);
  end if;

  -- From here to the commit the shop's other orders wait. The clock is read before that wait, so whoever waited is placed
  -- no earlier than the one before: placed_at, the number of the day and seq agree in their order.
  v_now := clock_timestamp();
  update streams s set
    head = s.head + 1, last_at = moment_after(s.last_at, v_now),
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
  v_waits_from := v_stream.last_at;
  if p_wanted_at is not null then
    v_waits_from := waits_from(v_shop, v_stream.last_at, p_wanted_at);
    v_stream := numbered_for(v_stream, (p_wanted_at at time zone v_shop.time_zone)::date);
  end if;

  insert into orders (id, shop, number, day, status, version, currency, customer_name, customer_phone, customer_address, note,
    placed_at, updated_at, placed_seq, accept_by, waits_from, wanted_at,
    fulfilment, packaging_cents, delivery_cents, discount_cents, total_cents)
  values (place_order.order_id, p_shop, v_stream.order_number, v_stream.order_day, 'placed', 1, v_shop.currency, p_customer_name,
    p_customer_phone, p_customer_address, p_note, v_stream.last_at, v_stream.last_at, v_stream.head,
    v_waits_from + make_interval(mins => v_shop.accept_minutes), nullif(v_waits_from, v_stream.last_at), p_wanted_at,
    v_terms.fulfilment, v_priced.packaging_cents, v_terms.delivery_cents, v_terms.discount_cents, v_terms.total_cents)
  returning * into strict v_order;
  body := order_json(v_order, v_priced.items);
  if v_is_large and octet_length(body::text) > p_max_order_bytes then
    raise exception 'the order is too large' using errcode = 'WO007';
  end if;
  insert into events (shop, seq, type, at, order_id, body)
  values (p_shop, v_stream.head, 'order.placed', v_order.placed_at, v_order.id, body)
  returning id into event_id;
  replayed := false;
  epoch := v_stream.epoch;
  seq := v_stream.head;
  at := wire_time(v_order.placed_at);
end $function$
;

CREATE OR REPLACE FUNCTION public.placed_order_json(o orders)
 RETURNS json
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  o.status := 'placed';
  o.version := 1;
  o.updated_at := o.placed_at;
  o.ready_at := null;
  o.reason := null;
  o.accept_by := coalesce(o.first_accept_by, o.accept_by);
  return order_json(o);
end $function$
;

CREATE OR REPLACE FUNCTION public.price_lines(p_shop text, p_id uuid, p_dishes text[], p_quantities integer[], p_notes text[], p_choices jsonb, OUT items json, OUT items_cents bigint, OUT packaging_cents bigint)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_lines wire_line[];
  v_choices_cents bigint[];
  v_are_right boolean;
begin
  if p_choices is null then
    select array_agg(row(p_dishes[l], d.name, d.price_cents, p_quantities[l], p_notes[l], '[]')::wire_line),
      sum(d.price_cents::bigint * p_quantities[l]), sum(d.packaging_cents::bigint * p_quantities[l]),
      bool_and(coalesce(d.available and d.choices_index -> '' = '0', false))
    into v_lines, items_cents, packaging_cents, v_are_right
    from generate_subscripts(p_dishes, 1) l
    left join lateral (
      select d.name, d.price_cents, d.packaging_cents, d.available, d.choices_index
      from dishes d where d.shop = p_shop and d.id = p_dishes[l] offset 0) d on true;
  else
    select
      array_agg(row(p_dishes[l], d.name, d.price_cents, p_quantities[l], p_notes[l], coalesce(c.choices, '[]'))::wire_line),
      array_agg(coalesce(c.cents, 0)), sum((d.price_cents + coalesce(c.cents, 0)) * p_quantities[l]),
      sum(d.packaging_cents::bigint * p_quantities[l]),
      bool_and(coalesce(d.available and c.are_right and c.satisfied = (d.choices_index -> '')::integer, false))
    into v_lines, v_choices_cents, items_cents, packaging_cents, v_are_right
    from generate_subscripts(p_dishes, 1) l
    left join lateral (
      -- What is concatenated is no longer compressed, which it would otherwise be for each choice anew.
      select d.name, d.price_cents, d.packaging_cents, d.available, d.choices_index || '{}' as choices_index
      from dishes d where d.shop = p_shop and d.id = p_dishes[l] offset 0) d on true
    cross join lateral (
      -- `taken` counts within an option, in the order of the menu: the choice with which it comes to `few` satisfies that.
      select ('[' || string_agg(t.choice, ', ' order by t.option, t.place) || ']')::jsonb as choices,
        sum(t.cents)::bigint as cents,
        coalesce(bool_and(t.is_right and t.taken <= t.many), true) as are_right,
        count(*) filter (where t.taken >= t.few and t.taken - t.quantity < t.few) as satisfied
      from (
        select (f.found -> 'option')::integer as option, (f.found -> 'place')::integer as place,
          (f.found -> 'few')::integer as few, (f.found -> 'many')::integer as many, f.quantity,
          coalesce(f.quantity <= (f.found -> 'max')::integer, false) as is_right,
          sum(f.quantity) over (
            partition by (f.found -> 'option')::integer order by (f.found -> 'place')::integer rows unbounded preceding) as taken,
          (f.found -> 'cents')::bigint * f.quantity as cents, (f.found ->> 'order') || f.quantity || '}' as choice
        from (
          select (a.asked -> 'quantity')::integer as quantity,
            d.choices_index -> (a.asked ->> 'option') -> (a.asked ->> 'choice') as found
          from jsonb_array_elements(p_choices -> (l - 1)) a (asked) offset 0) f
      ) t
    ) c;
  end if;
  if not v_are_right then
    perform refuse_lines(p_shop, p_dishes, p_choices);
  end if;
  items := array_to_json(v_lines);
  insert into order_items (shop, order_id, line, dish, name, price_cents, quantity, note, choices, choices_cents)
  select p_shop, p_id, l.line, l.dish, l.name, l.price_cents, l.quantity, l.note, l.choices, coalesce(v_choices_cents[l.line], 0)
  from unnest(v_lines) with ordinality as l (dish, name, price_cents, quantity, note, choices, line);
end $function$
;

CREATE OR REPLACE FUNCTION public.price_order(o orders, s shops, p_items_cents bigint, p_fulfilment jsonb, p_expected_total_cents bigint)
 RETURNS orders
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_handing record;
begin
  o.delivery_cents := 0;
  o.discount_cents := 0;
  o.fulfilment := '{"type":"delivery"}';
  -- Of most shops nothing of this is asked.
  if p_fulfilment is not null or s.delivery is distinct from '{"minimumCents":0,"feeCents":0,"freeFromCents":null,"areas":[]}' then
    v_handing := hand_over(s, p_fulfilment, p_items_cents);
    o.fulfilment := v_handing.fulfilment;
    o.delivery_cents := v_handing.cents;
  end if;
  if s.discounts <> '[]' then
    o.discount_cents := best_discount(s.discounts, p_items_cents);
  end if;
  o.total_cents := p_items_cents + o.packaging_cents + o.delivery_cents - o.discount_cents;
  if o.total_cents <> p_expected_total_cents then
    raise exception 'the total is now %', o.total_cents using errcode = 'WO004';
  end if;
  return o;
end $function$
;

CREATE OR REPLACE FUNCTION public.prune_connection(p_id text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update connections c set state = 'closed', closed_at = now()
  where c.id = p_id and c.state <> 'closed'
    and (c.opened_at < now() - interval '5 seconds' or c.opened_at > now() + interval '5 seconds');
end $function$
;

CREATE OR REPLACE FUNCTION public.push_pause(p_tries integer)
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
RETURN (((15)::double precision * ((2)::double precision ^ (LEAST(4, GREATEST(0, (p_tries - 30))))::double precision)) * '00:00:01'::interval)
;

CREATE OR REPLACE FUNCTION public.put_dish(p_shop text, p_dish jsonb)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
declare
  v_id text := p_dish ->> 'dish';
  v_category text := p_dish ->> 'category';
  v_position integer;
begin
  -- As many, and as much, as init_db takes.
  if (select m.bytes from menus m where m.shop = p_shop) + octet_length(p_dish::text) > 2000000 then
    return refused('menu_full', 'a menu holds at most 2 MB');
  end if;
  select d.position into v_position from dishes d where d.shop = p_shop and d.id = v_id and d.category = v_category;
  if not found then
    if (select count(*) from dishes d where d.shop = p_shop and d.id <> v_id) >= 1000 then
      return refused('menu_full', 'a menu holds at most 1000 dishes');
    end if;
    select coalesce(max(d.position) filter (where d.category = v_category), max(d.position), 0) + 1 into v_position
    from dishes d where d.shop = p_shop and d.id <> v_id;
    update dishes d set position = d.position + 1 where d.shop = p_shop and d.position >= v_position;
  end if;
  insert into dishes (shop, id, name, category, price_cents, available, position)
  values (p_shop, v_id, p_dish ->> 'name', v_category, (p_dish ->> 'priceCents')::integer, (p_dish ->> 'available')::boolean, v_position)
  on conflict (shop, id) do update set name = excluded.name, category = excluded.category, price_cents = excluded.price_cents,
    available = excluded.available, position = excluded.position;
  update dishes d set
    description = coalesce(p_dish ->> 'description', d.description),
    allergens = coalesce(p_dish -> 'allergens', d.allergens),
    image_url = case when p_dish ? 'imageUrl' then p_dish ->> 'imageUrl' else d.image_url end,
    packaging_cents = coalesce((p_dish ->> 'packagingCents')::integer, d.packaging_cents),
    options = case when p_dish ? 'options' then whole_options(p_dish -> 'options', d.options) else d.options end
  where d.shop = p_shop and d.id = v_id and p_dish ?| '{description,allergens,imageUrl,packagingCents,options}';
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.put_menu_part(p_shop text, p_part jsonb)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
declare
  v_part integer := (p_part ->> 'part')::integer;
  v_last integer;
  v_upload uuid;
  v_count bigint;
  v_bytes bigint;
  v_dishes jsonb;
begin
  if v_part = 1 then
    delete from menu_parts m where m.shop = p_shop;
  else
    select m.part, m.upload into v_last, v_upload from menu_parts m where m.shop = p_shop order by m.part desc limit 1;
    if (v_last, v_upload) is distinct from (v_part - 1, (p_part ->> 'upload')::uuid) then
      return refused('version_conflict', 'the part before this one is not there: begin again with the first');
    end if;
  end if;
  insert into menu_parts (shop, part, upload, dishes)
  values (p_shop, v_part, (p_part ->> 'upload')::uuid, p_part -> 'dishes');
  select sum(jsonb_array_length(m.dishes)), sum(octet_length(m.dishes::text)) into v_count, v_bytes
  from menu_parts m where m.shop = p_shop;
  if v_count > 1000 or v_bytes > 2000000 then
    delete from menu_parts m where m.shop = p_shop;
    return refused('menu_full', 'a menu holds at most 1000 dishes, and 2 MB');
  elsif v_part < (p_part ->> 'parts')::integer then
    return '{"ok":true}';
  end if;
  select coalesce(jsonb_agg(d.value order by m.part, d.place), '[]') into v_dishes
  from menu_parts m, jsonb_array_elements(m.dishes) with ordinality as d (value, place) where m.shop = p_shop;
  delete from menu_parts m where m.shop = p_shop;
  if (select count(distinct d ->> 'id') from jsonb_array_elements(v_dishes) d) < v_count then
    return refused('invalid_request', 'the menu holds a dish twice');
  end if;
  perform replace_menu(p_shop, v_dishes);
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.reckon_waits(p_shop text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_now timestamptz := clock_timestamp();
  v_shop shops;
  v_opening timestamptz;
begin
  select * into strict v_shop from shops s where s.id = p_shop;
  v_opening := waits_from(v_shop, v_now, 'infinity');
  update orders o set
    waits_from = least(v_opening, o.wanted_at),
    first_accept_by = coalesce(o.first_accept_by, o.accept_by),
    accept_by = o.accept_by + (least(v_opening, o.wanted_at) - o.waits_from)
  where o.shop = p_shop and o.status = 'placed' and o.wanted_at is not null and o.waits_from > v_now
    and o.waits_from <> least(v_opening, o.wanted_at);
end $function$
;

CREATE OR REPLACE FUNCTION public.refuse_lines(p_shop text, p_dishes text[], p_choices jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_missing json;
  v_wrong json;
begin
  with line as materialized (
    select l.line - 1 as line, coalesce(d.available, false) as available, w.missing, w.wrong
    from unnest(p_dishes) with ordinality as l (dish, line)
    left join dishes d on d.shop = p_shop and d.id = l.dish
    cross join lateral wrong_choices(d.options, coalesce(p_choices -> (l.line::integer - 1), '[]')) w
  )
  select
    json_agg(case when not available then to_json(line) else (
      select json_agg('items[' || line || '].choices.' || m) from unnest(missing) m) end order by line)
      filter (where not available or missing is not null),
    json_agg((
      select json_agg(json_build_object(
        'path', 'items[' || line || '].choices.' || w, 'message', 'too few or too many are chosen'))
      from unnest(wrong) w) order by line) filter (where wrong is not null)
  into v_missing, v_wrong
  from line;
  if v_missing is not null then
    raise exception 'a dish or a choice is sold out or no longer on the menu' using errcode = 'WO003', detail = v_missing::text;
  end if;
  if v_wrong is not null then
    raise exception 'with a dish too few or too many are chosen' using errcode = 'WO009', detail = v_wrong::text;
  end if;
  -- The menu has changed since the lines were priced: whoever called tries again.
  raise exception 'the menu has just been changed' using errcode = 'serialization_failure';
end $function$
;

CREATE OR REPLACE FUNCTION public.refuse_rate(p_started_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'too many orders, wait a moment' using errcode = 'WO006',
    detail = least(60, greatest(1, ceil(60 - extract(epoch from clock_timestamp() - p_started_at))))::integer::text;
end $function$
;

CREATE OR REPLACE FUNCTION public.refuse_unfair(p_shop text, p_count integer, p_from timestamp with time zone, p_per_shop integer, p_of_address integer, p_phone text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_share integer := case when p_count * 4 >= p_per_shop * 3 then 2 else 5 end;
begin
  if p_count >= p_per_shop then
    perform refuse_rate(p_from);
  end if;
  if exists (select from regulars r where r.shop = p_shop and r.phone = phone_hash(p_phone)) then
    return;
  end if;
  if p_of_address > v_share or p_count * 10 >= p_per_shop * 9 then
    perform refuse_rate(p_from);
  end if;
  if p_count * 4 >= p_per_shop * 3 and current_setting('websocket_order.proven', true) is distinct from 'yes' then
    raise exception 'very much is ordered here: do the task first' using errcode = 'WO010';
  end if;
end $function$
;

CREATE OR REPLACE FUNCTION public.refused(p_code text, p_message text)
 RETURNS json
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN json_build_object('ok', false, 'error', json_build_object('code', p_code, 'message', p_message))
;

CREATE OR REPLACE FUNCTION public.refused(p_code text, p_message text, o orders)
 RETURNS json
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return json_build_object('ok', false, 'error', json_build_object('code', p_code, 'message', p_message), 'order', order_json(o));
end $function$
;

CREATE OR REPLACE FUNCTION public.remind_shop(o orders, p_scope text, OUT refusal json, OUT event events)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.remove_connection(p_id text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into connections as c (id, state, expires_at, closed_at) values (p_id, 'closed', now(), now())
  on conflict (id) do update set state = 'closed', closed_at = excluded.closed_at where c.state <> 'closed';
end $function$
;

CREATE OR REPLACE FUNCTION public.reopen_shop(p_shop text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
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
  perform reckon_waits(p_shop);
  update menus m set version = m.version + 1 where m.shop = p_shop and m.version = v_shop.version;
  return true;
end $function$
;

CREATE OR REPLACE FUNCTION public.reopen_shops(p_limit integer)
 RETURNS TABLE(shop text)
 LANGUAGE sql
AS $function$
  with opened as (
    update shops s set open = true, paused_until = null, pause_minutes = null, version = s.version + 1
    where s.id in (
      select p.id from shops p where p.paused_until <= now() order by p.paused_until for update skip locked limit p_limit)
    returning s.id, s.version
  ), changed as (
    update shops s set version = s.version + 1,
      hours_change_at = coalesce((hours_at(s.hours, s.time_zone, now())).changes_at, now() + interval '7 days')
    where s.id in (
      select p.id from shops p
      where p.hours_change_at <= now() and (p.paused_until <= now()) is not true
      order by p.hours_change_at for update skip locked limit p_limit)
    returning s.id, s.version
  ), told as (
    select o.id, o.version from opened o union all select c.id, c.version from changed c
  ), stored as (
    update menus m set version = t.version from told t where m.shop = t.id and m.version = t.version - 1
  )
  select t.id from told t
$function$
;

CREATE OR REPLACE FUNCTION public.replace_menu(p_shop text, p_dishes jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.retention_days(p_shop text)
 RETURNS integer
 LANGUAGE sql
 STABLE
RETURN (SELECT COALESCE(s.retention_days, 90) AS "coalesce" FROM shops s WHERE (s.id = retention_days.p_shop))
;

CREATE OR REPLACE FUNCTION public.revoke_key(p_shop text, p_key text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.rotate_key(p_shop text, p_key_hash bytea)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  perform from shops where id = p_shop for update;
  if not found then
    return false;
  end if;
  delete from shop_keys k where k.shop = p_shop;
  update shops set key_hash = p_key_hash, key_version = key_version + 1 where id = p_shop;
  perform add_key(p_shop, '', 'manager', p_key_hash);
  return true;
end $function$
;

CREATE OR REPLACE FUNCTION public.run_command(p_scope text, p_id uuid, p_content_hash bytea, p_shop text, p_customer boolean, p_operation jsonb, p_order uuid, p_connection text, OUT outcome json, OUT shop_changed boolean, OUT epoch uuid, OUT seq bigint, OUT event_id uuid, OUT order_id uuid, OUT type text, OUT at text, OUT body json)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.set_choice(p_shop text, p_change jsonb)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
begin
  update dishes d set options = jsonb_set(d.options, c.path, p_change -> 'available')
  from (
    select array[(o.place - 1)::text, 'choices', (c.place - 1)::text, 'available'] as path
    from dishes d
    cross join lateral jsonb_array_elements(d.options) with ordinality as o (value, place)
    cross join lateral jsonb_array_elements(o.value -> 'choices') with ordinality as c (value, place)
    where d.shop = p_shop and d.id = p_change ->> 'dish'
      and o.value ->> 'id' = p_change ->> 'option' and c.value ->> 'id' = p_change ->> 'choice'
  ) c
  where d.shop = p_shop and d.id = p_change ->> 'dish';
  return case when not found then refused('not_found', 'there is no such choice') end;
end $function$
;

CREATE OR REPLACE FUNCTION public.set_terms(p_shop text, p_new jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update shops s set
    hours = coalesce(p_new -> 'hours', s.hours),
    pickup = coalesce((p_new ->> 'pickup')::boolean, s.pickup),
    delivery = case when p_new ? 'delivery' then nullif(p_new -> 'delivery', 'null') else s.delivery end,
    discounts = coalesce(p_new -> 'discounts', s.discounts),
    later = case when p_new ? 'later' then nullif(p_new -> 'later', 'null') else s.later end,
    about = coalesce(p_new -> 'about', s.about)
  where s.id = p_shop and p_new ?| '{hours,pickup,delivery,discounts,later,about}';
  if p_new ?| '{pickup,delivery}' and exists (select from shops s where s.id = p_shop and not s.pickup and s.delivery is null) then
    raise exception 'the shop must offer pickup, delivery or both' using errcode = 'WO009';
  end if;
  if p_new ?| '{hours,timeZone}' then
    perform note_hours_change(p_shop);
  end if;
  -- Minutes are those of a pause.
  if p_new ?| '{hours,timeZone,open,minutes}' then
    perform reckon_waits(p_shop);
  end if;
end $function$
;

CREATE OR REPLACE FUNCTION public.settle_clock(p_lease interval)
 RETURNS interval
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.settle_connections(p_before timestamp with time zone, p_now timestamp with time zone, p_lease interval)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.settle_escalation(p_shop text, p_order uuid, p_error text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.settle_overdue(p_connection text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_part double precision := 0.8 + 0.2 * random();
begin
  update connections c set push_after = now() + v_part * push_pause(c.push_tries)
  where c.id = p_connection and c.push_after is not null;
end $function$
;

CREATE OR REPLACE FUNCTION public.settle_overdue(p_shop text, p_connections text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.settle_pause(p_shop text, p_now timestamp with time zone, p_step interval)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
  perform reckon_waits(p_shop);
  update menus m set version = m.version + 1 where m.shop = p_shop and m.version = v_shop.version;
end $function$
;

CREATE OR REPLACE FUNCTION public.settle_shop_back(p_shop text, p_now timestamp with time zone, p_step interval)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update orders o set
    waits_from = w.since, accept_by = w.accept_by, first_accept_by = coalesce(o.first_accept_by, o.accept_by)
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
end $function$
;

CREATE OR REPLACE FUNCTION public.settle_shop_forward(p_shop text, p_before timestamp with time zone, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update orders o set
    waits_from = w.since, accept_by = w.accept_by, first_accept_by = coalesce(o.first_accept_by, o.accept_by)
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
end $function$
;

CREATE OR REPLACE FUNCTION public.shop_day(p_shop text, p_day date)
 RETURNS date
 LANGUAGE sql
 STABLE
RETURN COALESCE(p_day, (SELECT ((now() AT TIME ZONE s.time_zone))::date AS timezone FROM shops s WHERE (s.id = shop_day.p_shop)))
;

CREATE OR REPLACE FUNCTION public.shop_for_order(p_shop text, p_per_shop integer, p_of_address integer, p_phone text)
 RETURNS shops
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.shop_for_order(p_shop text, p_wanted_at timestamp with time zone, p_per_shop integer, p_of_address integer, p_phone text)
 RETURNS shops
 LANGUAGE plpgsql
AS $function$
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
  if p_wanted_at is null and not (v_shop.open and (is_always(v_shop.hours)
    or (hours_at(v_shop.hours, v_shop.time_zone, clock_timestamp())).is_open)) then
    raise exception 'the shop is closed' using errcode = 'WO002';
  end if;
  select rate_count, rate_from into strict v_count, v_from from streams where shop = p_shop;
  if v_count * 2 >= p_per_shop and is_within(v_from, interval '1 minute') then
    perform refuse_unfair(p_shop, v_count, v_from, p_per_shop, p_of_address, p_phone);
  end if;
  return v_shop;
end $function$
;

CREATE OR REPLACE FUNCTION public.shop_json(s shops)
 RETURNS json
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return (left(shop_settings(s, false), -1) || ', "dishes" : ' || menu_text(s.id) || '}')::json;
end $function$
;

CREATE OR REPLACE FUNCTION public.shop_settings(s shops, p_public boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_opening record;
  v_settings text;
begin
  v_opening := opening_of(s, clock_timestamp());
  v_settings := json_build_object('id', s.id, 'name', s.name, 'currency', s.currency, 'timeZone', s.time_zone,
    'open', v_opening.is_open, 'isSwitchedOn', s.open, 'opensAt', wire_time(v_opening.opens_at),
    'closesAt', wire_time(v_opening.closes_at),
    'pausedUntil', wire_time(s.paused_until), 'online', exists (select from live_screens(s.id)),
    'prepMinutes', s.prep_minutes, 'busyMinutes', s.busy_minutes, 'version', s.version,
    'hours', s.hours, 'pickup', s.pickup, 'delivery', s.delivery, 'discounts', s.discounts, 'later', s.later,
    'about', s.about)::text;
  if p_public then
    return v_settings;
  end if;
  return left(v_settings, -1) || ', "autoAccept" : ' || s.auto_accept || ', "acceptMinutes" : ' || s.accept_minutes || '}';
end $function$
;

CREATE OR REPLACE FUNCTION public.shop_state(s shops)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_opening record;
begin
  v_opening := opening_of(s, clock_timestamp());
  return s.id || ' ' || extract(epoch from s.created_at) || ' ' || s.version || ' ' || exists (select from live_screens(s.id))
    || ' ' || v_opening.is_open || coalesce(' ' || extract(epoch from coalesce(v_opening.opens_at, v_opening.closes_at)), '');
end $function$
;

CREATE OR REPLACE FUNCTION public.shop_text(s shops, p_public boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return left(shop_settings(s, p_public), -1) || ', "dishes" : ' || coalesce(
    (select m.dishes from menus m where m.shop = s.id and m.version = s.version), menu_text(s.id)) || '}';
end $function$
;

CREATE OR REPLACE FUNCTION public.shops_page(p_after text, p_limit integer, p_bytes bigint)
 RETURNS TABLE(id text)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT p.id
    FROM ( SELECT s.id,
             ((sum((COALESCE(m.bytes, 0) + 600)) OVER (ORDER BY s.id) - COALESCE(m.bytes, 0)) - 600) AS before
            FROM (( SELECT s_1.id
                    FROM shops s_1
                   WHERE (s_1.id > shops_page.p_after)
                   ORDER BY s_1.id
                  LIMIT (shops_page.p_limit + 1)) s
              LEFT JOIN menus m ON ((m.shop = s.id)))) p
   WHERE (p.before <= shops_page.p_bytes)
   ORDER BY p.id;
END
;

CREATE OR REPLACE FUNCTION public.shops_to_call(p_limit integer)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
  select e.shop from escalations e
  where e.delivered_at is null and e.dead_at is null and may_call(e.next_at, e.tries)
  group by e.shop order by min(e.next_at), e.shop limit p_limit
$function$
;

CREATE OR REPLACE FUNCTION public.shops_to_clean(p_keep interval, p_from text)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
  select s.shop from streams s join shops h on h.id = s.shop
  where exists (
      select from events e
      where e.shop = s.shop and e.seq = s.min_seq and e.seq < s.head
        and (e.at < now() - p_keep or e.at > now() + interval '5 seconds'))
    or exists (select from commands c where c.shop = s.shop and c.at < now() - p_keep)
    or exists (select from commands c where c.shop = s.shop and c.at > now() + interval '5 seconds')
    or h.erased_to is distinct from shop_day(s.shop, null) - retention_days(s.shop) - 1
  order by s.shop < p_from, s.shop
$function$
;

CREATE OR REPLACE FUNCTION public.shops_to_escalate(p_after interval, p_limit integer)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
  select o.shop from orders o join shop_acks a on a.shop = o.shop
  where o.status = 'placed' and o.placed_seq > a.seq and coalesce(o.waits_from, o.placed_at) < now() - p_after
    and not exists (select from escalations e where e.shop = o.shop and e.order_id = o.id)
  group by o.shop order by min(o.placed_at), o.shop limit p_limit
$function$
;

CREATE OR REPLACE FUNCTION public.shops_to_expire(p_limit integer)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
  select o.shop from orders o where o.status = 'placed' and o.accept_by <= now()
  group by o.shop order by min(o.accept_by), o.shop limit p_limit
$function$
;

CREATE OR REPLACE FUNCTION public.shops_to_push(p_limit integer, p_own text DEFAULT NULL::text)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
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
  group by s.shop
  order by bool_or(is_held_by(c.id, p_own)) desc, min(c.push_after) nulls first, s.shop limit p_limit
$function$
;

CREATE OR REPLACE FUNCTION public.shops_to_reopen(p_limit integer)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
  select s.id from shops s where s.paused_until <= now() or s.hours_change_at <= now()
  order by least(s.paused_until, s.hours_change_at), s.id limit p_limit
$function$
;

CREATE OR REPLACE FUNCTION public.shops_to_settle(p_before timestamp with time zone, p_now timestamp with time zone)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION public.shops_with_news(p_limit integer)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION public.shops_with_refusals(p_limit integer)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
  select c.shop from commands c where c.refused and c.at < now() - interval '10 minutes'
  group by c.shop order by min(c.at), c.shop limit p_limit
$function$
;

CREATE OR REPLACE FUNCTION public.shops_with_stale(p_limit integer)
 RETURNS TABLE(shop text)
 LANGUAGE sql
 STABLE
AS $function$
  select t.shop from (
    select coalesce(c.shop, c.visits, '') as shop, c.opened_at from connections c
    where (c.state = 'new' and c.opened_at < now() - interval '10 seconds')
      or (c.state = 'bound' and c.expires_at < now() - interval '1 hour')
    union all
    select c.shop, c.opened_at from connections c join shops s on s.id = c.shop
    where c.state = 'bound' and c.role = 'shop' and c.key_version < s.key_version
  ) t
  group by t.shop order by min(t.opened_at), t.shop limit p_limit
$function$
;

CREATE OR REPLACE FUNCTION public.slots_of(s shops, p_day date, p_at timestamp with time zone)
 RETURNS TABLE(at timestamp with time zone)
 LANGUAGE sql
 STABLE
AS $function$
  select distinct t.at
  from periods_of(s.hours, s.time_zone, p_day - 1, p_day) p
  cross join lateral (select make_interval(mins => (s.later ->> 'slotMinutes')::integer) as slot) l
  cross join lateral generate_series(p.begins_at, p.ends_at - l.slot, l.slot) as t (at)
  where (t.at at time zone s.time_zone)::date = p_day
    and t.at >= p_at + make_interval(mins => (s.later ->> 'leadMinutes')::integer)
    and p_day <= (p_at at time zone s.time_zone)::date + (s.later ->> 'daysAhead')::integer
$function$
;

CREATE OR REPLACE FUNCTION public.store_menu(p_shop text)
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO menus AS m (shop, version, dishes, bytes)  SELECT s.id,
             s.version,
             t.dishes,
             octet_length(t.dishes) AS octet_length
            FROM (shops s
              CROSS JOIN LATERAL ( SELECT menu_text(s.id) AS dishes) t)
           WHERE (s.id = store_menu.p_shop) ON CONFLICT(shop) DO UPDATE SET version = excluded.version, bytes = excluded.bytes, dishes =
         CASE
             WHEN (m.dishes = excluded.dishes) THEN m.dishes
             ELSE excluded.dishes
         END;
END
;

CREATE OR REPLACE FUNCTION public.take_chore(p_name text, p_every interval)
 RETURNS boolean
 LANGUAGE sql
BEGIN ATOMIC
 WITH taken AS (
          UPDATE chores SET done_at = now()
           WHERE ((chores.name = take_chore.p_name) AND ((chores.done_at < (now() - take_chore.p_every)) OR (chores.done_at > (now() + '00:00:05'::interval))))
           RETURNING chores.name
         )
  SELECT (EXISTS ( SELECT
            FROM taken)) AS "exists";
END
;

CREATE OR REPLACE FUNCTION public.take_rate(p_subject text, p_per_minute integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform count_rate(p_subject, p_per_minute);
end $function$
;

CREATE OR REPLACE FUNCTION public.take_share(s shops, p_at timestamp with time zone, p_taken bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_address text := nullif(current_setting('websocket_order.address', true), '');
  v_phone text := current_setting('websocket_order.phone', true);
  v_most integer := case when p_taken * 2 >= (s.later ->> 'perSlot')::bigint then 1 else 5 end;
  v_count integer;
begin
  if v_address is null or exists (select from regulars r where r.shop = s.id and r.phone = phone_hash(v_phone)) then
    return;
  end if;
  insert into slot_shares as h (shop, day, address, count)
  values (s.id, (p_at at time zone s.time_zone)::date, v_address, 1)
  on conflict (shop, day, address) do update set count = h.count + 1
  returning h.count into v_count;
  if v_count > v_most then
    -- Not a limit that passes by waiting: whoever places the order has to choose another day, or nothing.
    raise exception 'this address has had its share of the places of that day' using errcode = 'WO014';
  end if;
end $function$
;

CREATE OR REPLACE FUNCTION public.take_slot(s shops, p_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_taken bigint;
begin
  if s.later is null or not exists (
    select from slots_of(s, (p_at at time zone s.time_zone)::date, clock_timestamp()) t where t.at = p_at) then
    raise exception 'the shop takes no orders for that time' using errcode = 'WO009',
      detail = '[[{"path":"wantedAt","message":"is no time of the shop"}]]';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('slot of ' || s.id, extract(epoch from p_at)::bigint));
  v_taken := taken_in_slot(s.id, p_at);
  if v_taken >= (s.later ->> 'perSlot')::bigint then
    raise exception 'the last place of that time is taken' using errcode = 'WO014';
  end if;
  perform take_share(s, p_at, v_taken);
end $function$
;

CREATE OR REPLACE FUNCTION public.taken_in_slot(p_shop text, p_at timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
  select count(*) from orders o
  where o.shop = p_shop and o.wanted_at = p_at and o.status not in ('rejected', 'cancelled', 'expired')
$function$
;

CREATE OR REPLACE FUNCTION public.terms_of_order(s shops, p_items_cents bigint, p_packaging_cents bigint, p_fulfilment jsonb, p_expected_total_cents bigint, OUT fulfilment jsonb, OUT delivery_cents bigint, OUT discount_cents bigint, OUT total_cents bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_handing record;
begin
  delivery_cents := 0;
  discount_cents := 0;
  fulfilment := '{"type":"delivery"}';
  -- Of most shops nothing of this is asked.
  if p_fulfilment is not null or s.delivery is distinct from '{"minimumCents":0,"feeCents":0,"freeFromCents":null,"areas":[]}' then
    v_handing := hand_over(s, p_fulfilment, p_items_cents);
    fulfilment := v_handing.fulfilment;
    delivery_cents := v_handing.cents;
  end if;
  if s.discounts <> '[]' then
    discount_cents := best_discount(s.discounts, p_items_cents);
  end if;
  total_cents := p_items_cents + p_packaging_cents + delivery_cents - discount_cents;
  if total_cents <> p_expected_total_cents then
    raise exception 'the total is now %', total_cents using errcode = 'WO004';
  end if;
end $function$
;

CREATE OR REPLACE FUNCTION public.touch_connection(p_id text, p_lease interval, p_epoch uuid, p_after bigint, p_last_id uuid, OUT state text, OUT shop text, OUT epoch uuid, OUT head bigint, OUT shop_version bigint, OUT auto_accept boolean, OUT cursor text, OUT page_seq bigint, OUT acked_from bigint, OUT key_role text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.upsert_shop(p_shop jsonb, p_key_hash bytea)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  v_id text := p_shop ->> 'id';
  v_time_zone text := coalesce(p_shop ->> 'timeZone', (select s.time_zone from shops s where s.id = v_id), 'Asia/Shanghai');
  v_created boolean;
  v_shop shops;
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
  select * into v_shop from shops s where s.id = v_id;
  v_before := shop_json(v_shop)::jsonb - '{online,open,opensAt,closesAt}'::text[];
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
  select * into v_shop from shops s where s.id = v_id;
  v_after := shop_json(v_shop)::jsonb - '{online,open,opensAt,closesAt}'::text[];
  if not v_created and v_after <> v_before then
    update shops s set version = s.version + 1 where s.id = v_id;
  end if;
  perform store_menu(v_id);
  return exists (select from shops s where s.id = v_id and s.key_hash = p_key_hash);
end $function$
;

CREATE OR REPLACE FUNCTION public.usual_minutes(p_shop text)
 RETURNS integer
 LANGUAGE sql
 STABLE
RETURN (SELECT (s.prep_minutes + s.busy_minutes) FROM shops s WHERE (s.id = usual_minutes.p_shop))
;

CREATE OR REPLACE FUNCTION public.visit_shop(p_id text, p_shop text, p_lease interval, p_cap integer)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  v_connection connections;
  v_all integer;
  v_same integer;
begin
  -- Hellos to one shop wait for each other, or two of them could both be the last that fits.
  perform pg_advisory_xact_lock(hashtext('visitors'), hashtext(p_shop));
  insert into connections (id, state, expires_at) values (p_id, 'new', now() + p_lease) on conflict do nothing;
  select * into strict v_connection from connections where id = p_id for update;
  if v_connection.state = 'closed' then
    return 'closed';
  elsif v_connection.state = 'bound' and v_connection.role <> 'customer' then
    return 'taken';
  end if;
  select count(*), count(*) filter (where c.address = v_connection.address) into v_all, v_same
  from live_visitors(p_shop) v join connections c on c.id = v.id
  where v.id <> p_id;
  if v_all >= p_cap or v_same >= ceil(p_cap / 4.0) then
    return 'full';
  end if;
  update connections set state = 'bound', role = 'customer', visits = p_shop, expires_at = now() + p_lease where id = p_id;
  return 'bound';
end $function$
;

CREATE OR REPLACE FUNCTION public.visited_version(p_connection text)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_shop text := (select c.visits from connections c where c.id = p_connection);
begin
  return (select s.version from shops s where s.id = v_shop);
end $function$
;

CREATE OR REPLACE FUNCTION public.waits_from(s shops, p_at timestamp with time zone, p_wanted_at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_opening record;
begin
  if p_wanted_at is null then
    return p_at;
  end if;
  v_opening := opening_of(s, p_at);
  return case when v_opening.is_open then p_at else least(coalesce(v_opening.opens_at, p_wanted_at), p_wanted_at) end;
end $function$
;

CREATE OR REPLACE FUNCTION public.whole_options(p_options jsonb, p_before jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(jsonb_agg(o.value || jsonb_build_object('choices', (
    select jsonb_agg(jsonb_build_object('available', coalesce((
      select c_before.value -> 'available'
      from jsonb_array_elements(p_before) o_before (value)
      cross join lateral jsonb_array_elements(o_before.value -> 'choices') c_before (value)
      where o_before.value ->> 'id' = o.value ->> 'id' and c_before.value ->> 'id' = c.value ->> 'id'), 'true')) || c.value
      order by c.place)
    from jsonb_array_elements(o.value -> 'choices') with ordinality as c (value, place))) order by o.place), '[]')
  from jsonb_array_elements(p_options) with ordinality as o (value, place)
$function$
;

CREATE OR REPLACE FUNCTION public.wire_time(p_at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN to_char((p_at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text)
;

CREATE OR REPLACE FUNCTION public.with_order(p_refusal json, p_shop text, p_order uuid)
 RETURNS json
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  v_order orders;
begin
  select * into v_order from orders o where o.id = p_order and o.shop = p_shop;
  if not found then
    return p_refusal;
  end if;
  return refused(p_refusal #>> '{error,code}', p_refusal #>> '{error,message}', v_order);
end $function$
;

CREATE OR REPLACE FUNCTION public.without_customer(p_order json)
 RETURNS json
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (jsonb_set(((p_order)::jsonb || '{"note": null, "erased": true, "customer": {"name": "", "phone": "", "address": ""}}'::jsonb), '{items}'::text[], (SELECT jsonb_agg((i.item || '{"note": null}'::jsonb) ORDER BY i.place) AS jsonb_agg FROM jsonb_array_elements(((without_customer.p_order)::jsonb -> 'items'::text)) WITH ORDINALITY i(item, place))))::json
;

CREATE OR REPLACE FUNCTION public.write_order(o orders, s streams, p_waits_from timestamp with time zone, p_accept_minutes integer)
 RETURNS orders
 LANGUAGE plpgsql
AS $function$
begin
  insert into orders (id, shop, number, day, status, version, total_cents, currency, customer_name, customer_phone,
    customer_address, note, placed_at, updated_at, placed_seq, accept_by, waits_from, fulfilment, packaging_cents,
    delivery_cents, discount_cents, wanted_at)
  values (o.id, o.shop, o.number, o.day, 'placed', 1, o.total_cents, o.currency, o.customer_name, o.customer_phone,
    o.customer_address, o.note, s.last_at, s.last_at, s.head, p_waits_from + make_interval(mins => p_accept_minutes),
    nullif(p_waits_from, s.last_at), o.fulfilment, o.packaging_cents, o.delivery_cents, o.discount_cents, o.wanted_at)
  returning * into strict o;
  return o;
end $function$
;

CREATE OR REPLACE FUNCTION public.wrong_choices(p_options jsonb, p_chosen jsonb, OUT missing text[], OUT wrong text[])
 RETURNS record
 LANGUAGE sql
 IMMUTABLE
AS $function$
  with offered as (
    select o.place, o.value ->> 'id' as option, (o.value ->> 'min')::integer as min, (o.value ->> 'max')::integer as max,
      o.value -> 'choices' as choices
    from jsonb_array_elements(p_options) with ordinality as o (value, place)
  ), priced as (
    select c.value ->> 'option' as option, c.value ->> 'choice' as choice, (c.value ->> 'quantity')::integer as quantity, f.found
    from jsonb_array_elements(p_chosen) as c (value)
    left join offered o on o.option = c.value ->> 'option'
    left join lateral (
      select e.value as found from jsonb_array_elements(o.choices) as e (value) where e.value ->> 'id' = c.value ->> 'choice'
    ) f on true
  )
  select
    (select array_agg(p.option || '.' || p.choice order by p.option, p.choice)
    from priced p where (p.found ->> 'available')::boolean is not true),
    (select array_agg(o.option order by o.place)
    from offered o cross join lateral (
      select coalesce(sum(t.quantity), 0) as taken, bool_or(t.quantity > (t.found ->> 'max')::integer) as has_too_many
      from priced t where t.option = o.option) t
    where t.taken not between o.min and o.max or t.has_too_many)
$function$
;

-- What a shop says is made of its row once that has been read, and not by the statement that reads it. Spread over several
-- servers, the server of the shop would else ask the one of the connections whether a screen is there, within the
-- transaction that writes the shop. What the function does is as before.
create or replace function upsert_shop(p_shop jsonb, p_key_hash bytea) returns boolean
language plpgsql as $$
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
end $$;

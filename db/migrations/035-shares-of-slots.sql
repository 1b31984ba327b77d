-- The places for later are shared out, too: a stranger's address gets a few of a shop's day, and one once half of a slot
-- is taken. Else one caller could take every place of every day, at thirty a minute.

-- Orders for later by the day that they are for. Losing it in a crash costs nothing.
create unlogged table if not exists slot_shares (
  shop text not null references shops (id) on delete cascade,
  day date not null,
  address text not null,
  count integer not null,
  primary key (shop, day, address)
);

-- Who orders stands in settings of the transaction, where limits are on. A phone whose order the shop has completed is
-- no stranger's, as in refuse_unfair.
create or replace function take_share(s shops, p_at timestamptz, p_taken bigint) returns void language plpgsql as $$
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
end $$;

-- Takes a place of a slot. Holds, to the end of the transaction, a lock of that one slot: who comes after counts what was
-- committed before.
create or replace function take_slot(s shops, p_at timestamptz) returns void language plpgsql as $$
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
end $$;

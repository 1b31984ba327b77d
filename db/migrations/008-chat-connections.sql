-- Who is in the chat room.

create table chat_members (
  -- the gateway's id of the connection: no length is promised
  id text primary key,
  -- four letters; null is a tombstone: the connection was closed, and a late connecting event cannot bring it back
  name text,
  renewed_at timestamptz not null default now(),
  -- the end of the lease; of a tombstone, when it may go
  expires_at timestamptz not null
) with (fillfactor = 70);
create unique index chat_members_name on chat_members (name) where name is not null;
create index chat_members_expires on chat_members (expires_at);

-- Adds a member or renews its lease: 'added'; 'closed' (a tombstone stands); 'taken' (another one has the name, or this
-- one has another name).
create function add_chat_member(p_id text, p_name text, p_lease_seconds integer) returns text
language plpgsql as $$
declare
  v_lease interval := make_interval(secs => p_lease_seconds);
begin
  -- A few of the lapsed go with every one that comes, so that none stay for ever.
  delete from chat_members where id in (
    select id from chat_members where expires_at <= now() and id <> p_id order by expires_at limit 20
    for update skip locked);
  delete from chat_members where name = p_name and id <> p_id and expires_at <= now();
  insert into chat_members as m (id, name, expires_at) values (p_id, p_name, now() + v_lease)
  on conflict (id) do update set name = excluded.name, renewed_at = now(), expires_at = excluded.expires_at
    where m.name = excluded.name or (m.name is not null and m.expires_at <= now());
  if found then
    return 'added';
  end if;
  return (select case when name is null then 'closed' else 'taken' end from chat_members where id = p_id);
exception when unique_violation then
  return 'taken';
end $$;

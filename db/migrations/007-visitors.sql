-- Customers who look at a menu follow it, and the timer makes up for what they missed.

-- The shop whose menu a customer's connection follows.
alter table connections add column visits text;
create index connections_visits on connections (visits) where state = 'bound' and visits is not null;

-- The connections that follow a shop's menu and whose lease is not over.
create function live_visitors(p_shop text) returns table (id text)
language sql stable
begin atomic
  select c.id from connections c where c.visits = p_shop and c.state = 'bound' and c.expires_at > now();
end;

-- Lets a connection follow a shop's menu, and no longer that of another. outcome: bound, closed, taken (it is a screen),
-- or full (the shop has as many visitors as it may: who is there stays, or whoever comes in crowds could send them away).
create function visit_shop(p_id text, p_shop text, p_lease interval, p_cap integer) returns text
language plpgsql as $$
declare
  v_connection connections;
begin
  -- Hellos to one shop wait for each other, or two of them could both be the last that fits.
  perform pg_advisory_xact_lock(hashtext('visitors'), hashtext(p_shop));
  insert into connections (id, state, expires_at) values (p_id, 'new', now() + p_lease) on conflict do nothing;
  select * into strict v_connection from connections where id = p_id for update;
  if v_connection.state = 'closed' then
    return 'closed';
  elsif v_connection.state = 'bound' and v_connection.role <> 'customer' then
    return 'taken';
  elsif (select count(*) from live_visitors(p_shop) v where v.id <> p_id) >= p_cap then
    return 'full';
  end if;
  update connections set state = 'bound', role = 'customer', visits = p_shop, expires_at = now() + p_lease where id = p_id;
  return 'bound';
end $$;

-- What the timer has told the visitors of a shop last.
create table visitor_news (
  shop text primary key references shops (id) on delete cascade,
  version bigint not null,
  online boolean not null
);

-- Claims shops whose settings, menu or being online are not what their visitors were told last, and says who they are.
-- Who was told at once is told again: pushes get lost, and a visitor acknowledges nothing.
create function claim_visitor_news(p_limit integer) returns table (shop text, visitors text[])
language sql volatile
begin atomic
  with visited as (
    select distinct c.visits as shop from connections c
    where c.state = 'bound' and c.visits is not null and c.expires_at > now()
  ), present as (
    select s.id as shop, s.version, exists (select from live_screens(s.id)) as online
    from visited v join shops s on s.id = v.shop
  ), claimed as (
    insert into visitor_news as n (shop, version, online)
    select p.shop, p.version, p.online from present p left join visitor_news n on n.shop = p.shop
    where (n.version, n.online) is distinct from (p.version, p.online)
    order by p.shop limit p_limit
    on conflict (shop) do update set version = excluded.version, online = excluded.online
    where (n.version, n.online) is distinct from (excluded.version, excluded.online)
    returning n.shop
  )
  select c.shop, array(select v.id from live_visitors(c.shop) v) from claimed c;
end;

-- A claimed screen has been pushed to: not again for 15 s, less up to a fifth, so every run of the timer comes by. Only
-- after ten minutes of that, from a device that is alive and acknowledges nothing, it is 30, 60 … 240 s. An ack that
-- came in between has lifted the claim already.
create or replace function settle_overdue(p_connection text) returns void
language sql volatile
begin atomic
  update connections set
    push_after = now() + 15 * 2 ^ least(4, greatest(0, push_tries - 30)) * (0.8 + 0.2 * random()) * interval '1 second'
  where id = p_connection and push_after is not null;
end;

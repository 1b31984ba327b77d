-- A link that is shared shows an order and does nothing to it, and the links of finished orders end.

alter table shops add column link_days integer check (link_days between 1 and 3650);
-- Whether the connection was given the read-only link of the order: it sees no customer, and gives no commands.
alter table followers add column read_only boolean not null default false;

create function link_days(p_shop text) returns integer
language sql stable
return (select coalesce(s.link_days, 14) from shops s where s.id = p_shop);

-- Whether links of an order still open it: until it is finished, and for some days after that.
create function is_link_open(o orders) returns boolean
language sql stable as $$
  select o.status in ('placed', 'accepted', 'ready') or o.updated_at > now() - make_interval(days => link_days(o.shop))
$$;

-- As before, and says with which kind of link. Each kind has p_cap places of its own, so whoever was given the read-only
-- link cannot push away the customer. Who has both kinds holds the better one.
create function follow_order(
  p_id text, p_shop text, p_order uuid, p_read_only boolean, p_lease interval, p_per_connection integer, p_cap integer,
  out outcome text, out replaced text[])
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
end $$;

-- For functions of the version before, which know one kind of link.
create or replace function follow_order(
  p_id text, p_shop text, p_order uuid, p_lease interval, p_per_connection integer, p_cap integer,
  out outcome text, out replaced text[])
language sql as $$
  select f.outcome, f.replaced from follow_order(p_id, p_shop, p_order, false, p_lease, p_per_connection, p_cap) f
$$;

-- What a customer's ping was last answered with: an order is not sent again for each of a flood of pings.

alter table followers add column told_version integer, add column told_at timestamptz;

-- The orders that a ping of a connection is answered with: those that have changed since they were told here, and those
-- that were told `p_again` ago, since what is sent may get lost. A ping beside this one leaves them to it.
create function orders_to_tell(p_connection text, p_again interval) returns setof orders
language sql as $$
  with due as (
    select f.order_id from followers f join orders o on o.id = f.order_id
    where f.connection = p_connection and (
      f.told_version is distinct from o.version or f.told_at not between now() - p_again and now())
    order by f.order_id
    for no key update of f skip locked
  ), told as (
    update followers f set told_version = o.version, told_at = now()
    from due d join orders o on o.id = d.order_id
    where f.connection = p_connection and f.order_id = d.order_id
    returning o.id, f.since
  )
  select o.* from told t join orders o on o.id = t.id order by t.since
$$;

-- The shop of what was there before 023. No statement here holds anything that an order waits for.

update order_keys k set shop = o.shop from orders o where o.id = k.order_id and k.shop is null;
update order_items i set shop = o.shop from orders o where o.id = i.order_id and i.shop is null;
update print_claims c set shop = o.shop from orders o where o.id = c.order_id and c.shop is null;
update followers f set shop = o.shop from orders o where o.id = f.order_id and f.shop is null;

-- What customers did is kept under the order's id, what a shop did under its own.
update commands c set shop = coalesce(
  case when c.scope ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (select o.shop from orders o where o.id = c.scope::uuid) end,
  c.scope)
where c.shop is null;

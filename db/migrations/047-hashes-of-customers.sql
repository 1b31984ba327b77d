-- Whoever reads the tables can try all phone numbers, and the few names and addresses that go with one, until a hash comes
-- out: so the hashes of an erased customer go with the rest. Where orders of before are erased it happens here.

-- A key says nothing of its order; this finds the keys of those that are erased.
create index order_keys_of_order on order_keys (shop, order_id);

create or replace function erase_orders(p_shop text, p_orders uuid[]) returns void
language plpgsql as $$
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
end $$;

update order_keys k set body_hash = ''
from orders o
where o.shop = k.shop and o.id = k.order_id and o.erased_at is not null;

-- The key of an erased order is answered with it, whatever else the request says: nothing is left to compare it with.
create or replace function known_order(p_shop text, p_key uuid, p_body_hash bytea) returns orders language plpgsql as $$
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
end $$;

create or replace function erase_customer(p_shop text, p_phone text, p_limit integer, out erased bigint, out open bigint)
language plpgsql as $$
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
end $$;

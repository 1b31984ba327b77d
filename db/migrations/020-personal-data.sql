-- Names, phones, addresses and notes are kept for as long as the shop says, 90 days unless it says otherwise, and of one
-- customer until the owner is asked to erase them. What is left of an order keeps reports right.

alter table shops add column retention_days integer check (retention_days between 1 and 3650);
-- The last day whose orders have all been erased.
alter table shops add column erased_to date;
alter table orders add column erased_at timestamptz;

create function retention_days(p_shop text) returns integer
language sql stable
return (select coalesce(s.retention_days, 90) from shops s where s.id = p_shop);

-- An ORDER, as some event or answer holds it, without the customer and what it wrote.
create function without_customer(p_order json) returns json
language sql immutable parallel safe
return jsonb_set(
  p_order::jsonb || '{"customer":{"name":"","phone":"","address":""},"note":null,"erased":true}', '{items}',
  (select jsonb_agg(i.item || '{"note":null}' order by i.place) from jsonb_array_elements(p_order::jsonb -> 'items') with ordinality i (item, place)))::json;

-- An order as the wire writes it. p_items is its lines, already in that form. In SQL, because a single expression becomes
-- part of the statement that asks for it: place_order builds its ORDER so.
create or replace function order_json(o orders, p_items json) returns json
language sql stable as $$
  select case when o.erased_at is null then row_to_json(row(
    o.id, o.number, o.shop, o.status, o.version, p_items, o.total_cents, o.currency,
    row(o.customer_name, o.customer_phone, o.customer_address)::wire_customer,
    o.note, wire_time(o.placed_at), wire_time(o.updated_at), wire_time(o.ready_at), o.reason)::wire_order)
  else (row_to_json(row(
    o.id, o.number, o.shop, o.status, o.version, p_items, o.total_cents, o.currency,
    row(o.customer_name, o.customer_phone, o.customer_address)::wire_customer,
    o.note, wire_time(o.placed_at), wire_time(o.updated_at), wire_time(o.ready_at), o.reason)::wire_order)::jsonb || '{"erased":true}')::json end
$$;

-- Erases what a shop's orders say of their customers: in the orders, their events and the answers that are kept to
-- commands. An answer to a repeated order is made of the order, and so has nothing left either.
create function erase_orders(p_shop text, p_orders uuid[]) returns void
language plpgsql as $$
begin
  update orders o set customer_name = '', customer_phone = '', customer_address = '', note = null, erased_at = now()
  where o.id = any (p_orders);
  update order_items i set note = null where i.order_id = any (p_orders) and i.note is not null;
  update events e set body = without_customer(e.body)
  where e.shop = p_shop and e.order_id = any (p_orders)
    and e.seq >= (select min(o.placed_seq) from orders o where o.id = any (p_orders));
  update commands c set outcome = jsonb_set(c.outcome::jsonb, '{order}', without_customer(c.outcome -> 'order')::jsonb)::json
  where c.scope = any (p_orders::text[]) and c.outcome -> 'order' is not null;
  -- What the shop did to an order lies between its first moment and its last.
  update commands c set outcome = jsonb_set(c.outcome::jsonb, '{order}', without_customer(c.outcome -> 'order')::jsonb)::json
  from orders o
  where o.id = any (p_orders) and c.scope = p_shop and c.outcome #>> '{order,id}' = o.id::text
    and c.at between o.placed_at - interval '1 minute' and greatest(o.updated_at, o.reminded_at) + interval '1 minute';
end $$;

-- Erases orders of a shop that are older than it keeps them, at most p_limit, and says how many.
create function erase_old(p_shop text, p_limit integer) returns bigint
language plpgsql as $$
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
end $$;

-- Erases the finished orders of one phone number at a shop, at most p_limit, however the number was written. open: those
-- that are not finished yet, and stay.
create function erase_customer(p_shop text, p_phone text, p_limit integer, out erased bigint, out open bigint)
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
  erased := cardinality(v_orders);
  open := (
    select count(*) from orders o
    where o.shop = p_shop and o.status in ('placed', 'accepted', 'ready') and phone_form(o.customer_phone) = v_form);
end $$;

-- A shop's orders of a day whose numbers are above p_after, by number, at most p_limit. None of a day that is erased.
create or replace function day_orders(p_shop text, p_day date, p_after integer, p_limit integer) returns table (number integer, body json)
language sql stable
begin atomic
  select o.number, order_json(o) from orders o
  where o.shop = p_shop and o.day = p_day and o.number > p_after
    and p_day >= (select shop_day(p_shop, null) - retention_days(p_shop))
  order by o.number limit p_limit;
end;

-- Functions that take a table's row, again without an SQL-standard body. With such a body PostgreSQL 15.20, and the
-- releases of the same day of the other majors, refuse to add a column with a default to that table. A body in quotes
-- is read when the function runs. Signatures and results stay, so functions of the version before go on meanwhile.

-- In SQL, because a single expression becomes part of the statement that asks for it: place_order builds its ORDER so.
create or replace function order_json(o orders, p_items json) returns json
language sql stable as $$
  select row_to_json(row(
    o.id, o.number, o.shop, o.status, o.version, p_items, o.total_cents, o.currency,
    row(o.customer_name, o.customer_phone, o.customer_address)::wire_customer,
    o.note, wire_time(o.placed_at), wire_time(o.updated_at), wire_time(o.ready_at), o.reason)::wire_order)
$$;

-- The others read tables, so they are never part of another statement; PL/pgSQL keeps their plans for the session.
create or replace function order_json(o orders) returns json
language plpgsql stable as $$
begin
  return order_json(o, (
    select array_to_json(array_agg(row(i.dish, i.name, i.price_cents, i.quantity, i.note)::wire_item order by i.line))
    from order_items i where i.order_id = o.id));
end $$;

create or replace function refused(p_code text, p_message text, o orders) returns json
language plpgsql stable as $$
begin
  return json_build_object('ok', false, 'error', json_build_object('code', p_code, 'message', p_message), 'order', order_json(o));
end $$;

create or replace function shop_json(s shops) returns json
language plpgsql stable as $$
begin
  return json_build_object('id', s.id, 'name', s.name, 'currency', s.currency, 'open', s.open,
    'online', exists (select from live_screens(s.id)), 'prepMinutes', s.prep_minutes, 'busyMinutes', s.busy_minutes,
    'version', s.version, 'autoAccept', s.auto_accept, 'acceptMinutes', s.accept_minutes,
    'dishes', coalesce((
      select json_agg(json_build_object('id', d.id, 'name', d.name, 'category', d.category,
        'priceCents', d.price_cents, 'available', d.available) order by d.position, d.id)
      from dishes d where d.shop = s.id), '[]'::json));
end $$;

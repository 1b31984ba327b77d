-- SHOP names the shop's time zone: pages show every time as it is there, wherever the device is.
create or replace function shop_json(s shops) returns json
language plpgsql stable as $$
begin
  return json_build_object('id', s.id, 'name', s.name, 'currency', s.currency, 'timeZone', s.time_zone, 'open', s.open,
    'online', exists (select from live_screens(s.id)), 'prepMinutes', s.prep_minutes, 'busyMinutes', s.busy_minutes,
    'version', s.version, 'autoAccept', s.auto_accept, 'acceptMinutes', s.accept_minutes,
    'dishes', coalesce((
      select json_agg(json_build_object('id', d.id, 'name', d.name, 'category', d.category,
        'priceCents', d.price_cents, 'available', d.available) order by d.position, d.id)
      from dishes d where d.shop = s.id), '[]'::json));
end $$;

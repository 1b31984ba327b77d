-- Strangers show that an order is worth its place while a shop is ordered from very much: what many addresses together could
-- use up costs them something, and the shop's customers nothing.

-- As before, and from three quarters on an order of somebody whom the shop does not know needs a proof. That it has one the
-- caller says in a setting of the transaction: of few orders it is true, and place_order stays as it is for all others.
create or replace function refuse_unfair(
  p_shop text, p_count integer, p_from timestamptz, p_per_shop integer, p_of_address integer, p_phone text
) returns void
language plpgsql as $$
declare
  v_share integer := case
    when p_count * 10 >= p_per_shop * 9 then 1 when p_count * 4 >= p_per_shop * 3 then 2 else 5 end;
begin
  if p_count >= p_per_shop then
    perform refuse_rate(p_from);
  end if;
  if exists (select from regulars r where r.shop = p_shop and r.phone = phone_hash(p_phone)) then
    return;
  end if;
  if p_of_address > v_share then
    perform refuse_rate(p_from);
  end if;
  if p_count * 4 >= p_per_shop * 3 and current_setting('websocket_order.proven', true) is distinct from 'yes' then
    raise exception 'very much is ordered here: do the task first' using errcode = 'WO010';
  end if;
end $$;

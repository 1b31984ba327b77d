-- With addresses without number, as a /48 of IPv6 has them, whoever does the tasks could have all of a shop's minute, its
-- regulars' part as well. The last tenth is theirs.

create or replace function refuse_unfair(
  p_shop text, p_count integer, p_from timestamptz, p_per_shop integer, p_of_address integer, p_phone text
) returns void
language plpgsql as $$
declare
  v_share integer := case when p_count * 4 >= p_per_shop * 3 then 2 else 5 end;
begin
  if p_count >= p_per_shop then
    perform refuse_rate(p_from);
  end if;
  if exists (select from regulars r where r.shop = p_shop and r.phone = phone_hash(p_phone)) then
    return;
  end if;
  if p_of_address > v_share or p_count * 10 >= p_per_shop * 9 then
    perform refuse_rate(p_from);
  end if;
  if p_count * 4 >= p_per_shop * 3 and current_setting('websocket_order.proven', true) is distinct from 'yes' then
    raise exception 'very much is ordered here: do the task first' using errcode = 'WO010';
  end if;
end $$;

-- What somebody from outside can have stored is bounded, and what is past its use goes in pieces of a size that always
-- fits the time of a statement.

-- A refusal of a command is kept for ten minutes, without the order: twenty of an order's customers, a thousand of a
-- shop's screens.
alter table commands add column refused boolean;
create index commands_refused on commands (scope) where refused;

-- How many refusals of a scope the last ten minutes have seen; it stops counting at p_enough.
create function kept_refusals(p_scope text, p_enough integer) returns bigint
language sql stable
return (select count(*) from (
  select from commands c where c.scope = p_scope and c.refused and c.at > now() - interval '10 minutes' limit p_enough) c);

-- Forgets refusals that are older than ten minutes, at most p_limit, and says how many.
create function forget_refusals(p_limit integer) returns bigint
language sql volatile
begin atomic
  with gone as (
    delete from commands c where (c.scope, c.id) in (
      select c.scope, c.id from commands c where c.refused and c.at < now() - interval '10 minutes'
      limit p_limit for update skip locked)
    returning c.id
  )
  select count(*) from gone;
end;

-- A refusal as it was kept, with the order as it is now where it is about one that is there.
create function with_order(p_refusal json, p_shop text, p_order uuid) returns json
language plpgsql stable as $$
declare
  v_order orders;
begin
  select * into v_order from orders o where o.id = p_order and o.shop = p_shop;
  if not found then
    return p_refusal;
  end if;
  return refused(p_refusal #>> '{error,code}', p_refusal #>> '{error,message}', v_order);
end $$;

-- Runs a command as one autocommitted statement. The same id with the same content is answered with the outcome that
-- was committed, refusals included for as long as they are kept; with other content it is refused. A refusal is kept
-- without the order: what comes with it is the order as it then is. p_operation is the operation
-- as the frame has it, p_order its order (null for an id that cannot be one). p_customer says that the holder of the
-- order's token asks, not the shop. seq is null when nothing was logged. p_connection is the screen that asks: the
-- result tells it what the event would, so if it had everything before, the event counts as acknowledged there and costs
-- no call of its own.
create or replace function run_command(
  p_scope text, p_id uuid, p_content_hash bytea, p_shop text, p_customer boolean, p_operation jsonb, p_order uuid, p_connection text,
  out outcome json, out shop_changed boolean, out epoch uuid, out seq bigint, out event_id uuid, out order_id uuid, out type text, out at text, out body json
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_known commands;
  v_order orders;
  v_event events;
  v_op text := p_operation ->> 'op';
  v_to text := case v_op when 'accept' then 'accepted' when 'reject' then 'rejected' when 'ready' then 'ready'
    when 'complete' then 'completed' when 'cancel' then 'cancelled' end;
  v_reason text := case when v_op = 'cancel' and p_customer then 'customer_request'
    when v_op in ('reject', 'cancel') then coalesce(p_operation ->> 'reason', 'other') end;
begin
  shop_changed := false;
  if p_customer and not exists (select from commands c where c.scope = p_scope and c.id = p_id)
    and kept_refusals(p_scope, 20) >= 20 then
    outcome := refused('rate_limited', 'too many commands about this order were refused, wait ten minutes');
    return;
  end if;
  insert into commands (scope, id, content_hash) values (p_scope, p_id, p_content_hash) on conflict do nothing;
  if not found then
    select * into strict v_known from commands where scope = p_scope and id = p_id;
    outcome := case
      when v_known.content_hash <> p_content_hash then refused('invalid_request', 'this command id belongs to another command')
      -- Keyed by the device, so that another one that comes with the same id does not print as well.
      when v_op = 'claim_print' then claim_print(p_shop, p_order, p_connection)
      when v_known.refused then with_order(v_known.outcome, p_shop, p_order)
      else v_known.outcome end;
    return;
  end if;

  if v_op = 'claim_print' then
    outcome := claim_print(p_shop, p_order, p_connection);
  elsif not p_operation ? 'order' then
    outcome := change_shop(p_shop, p_operation);
    shop_changed := outcome is null;
    outcome := coalesce(outcome, '{"ok":true}');
  else
    select * into v_order from orders where id = p_order and shop = p_shop for update;
    if not found then
      outcome := refused('not_found', 'there is no such order');
    elsif v_op = 'remind' then
      if v_order.status not in ('placed', 'accepted', 'ready') then
        outcome := refused('invalid_transition', 'the order is ' || v_order.status, v_order);
      elsif is_within(v_order.reminded_at, interval '1 minute') then
        -- Not kept: the same command may be tried again.
        delete from commands where scope = p_scope and id = p_id;
        outcome := refused('rate_limited', 'at most one reminder a minute');
        return;
      elsif (select count(*) from commands c where c.scope = p_scope and c.refused is not true) > 30 then
        delete from commands where scope = p_scope and id = p_id;
        outcome := refused('rate_limited', 'at most 30 reminders for an order');
        return;
      else
        update orders set reminded_at = clock_timestamp() where id = p_order returning * into strict v_order;
        v_event := append_event(v_order, 'order.reminded', v_order.reminded_at);
      end if;
    elsif v_order.version <> (p_operation ->> 'version')::integer then
      outcome := refused('version_conflict', 'the order has changed', v_order);
    elsif not may_become(v_order.status, v_to) or (p_customer and v_order.status <> 'placed') then
      outcome := refused('invalid_transition', 'the order is ' || v_order.status, v_order);
    else
      v_event := move_order(v_order, v_to, v_reason, coalesce((p_operation ->> 'prepMinutes')::integer, usual_minutes(p_shop)));
    end if;
    if v_event.seq is not null then
      outcome := json_build_object('ok', true, 'order', v_event.body);
      select s.epoch into epoch from streams s where s.shop = p_shop;
      seq := v_event.seq;
      event_id := v_event.id;
      order_id := v_event.order_id;
      type := v_event.type;
      at := wire_time(v_event.at);
      body := v_event.body;
      update connections c set acked_seq = v_event.seq
      where c.id = p_connection and c.acked_seq = v_event.seq - 1 and c.page_seq is null;
    end if;
  end if;
  if (run_command.outcome ->> 'ok')::boolean then
    update commands set outcome = run_command.outcome where scope = p_scope and id = p_id;
  elsif not p_customer and kept_refusals(p_scope, 1000) >= 1000 then
    -- Answered, but not kept: a shop goes on working whatever its screens try.
    delete from commands where scope = p_scope and id = p_id;
  else
    update commands set outcome = (run_command.outcome::jsonb - 'order')::json, refused = true where scope = p_scope and id = p_id;
  end if;
end $$;

-- Cuts one shop's log below what is older than p_keep, a thousand events at most, and says how many went. One shop per
-- call: its orders wait meanwhile.
create or replace function cut_log(p_shop text, p_keep interval) returns bigint
language plpgsql as $$
declare
  v_min bigint;
  v_head bigint;
  v_cut bigint;
begin
  select s.min_seq, s.head into strict v_min, v_head from streams s where s.shop = p_shop;
  -- The event at head stays, however old it is: without it every cursor there would be lost, again and again.
  select max(e.seq) into v_cut from events e
  where e.shop = p_shop and e.seq < least(v_min + 1000, v_head) and e.at < now() - p_keep;
  if v_cut is null then
    return 0;
  end if;
  update streams set min_seq = v_cut + 1 where shop = p_shop and min_seq <= v_cut;
  delete from events where shop = p_shop and seq <= v_cut;
  return v_cut - v_min + 1;
end $$;

-- Forgets commands, tombstones and counts that are past their use, at most p_limit of each, and says of how many it did at
-- most: fewer than p_limit when none is left. What lies in the future begins anew: it was written by a clock that was
-- ahead. What others hold is left to the next call.
create function forget_some(p_keep interval, p_limit integer) returns bigint
language plpgsql as $$
declare
  v_most bigint := 0;
  v_count bigint;
begin
  update commands c set at = now() where (c.scope, c.id) in (
    select c.scope, c.id from commands c where c.at > now() + interval '5 seconds' limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  update connections c set closed_at = now() where c.id in (
    select c.id from connections c where c.state = 'closed' and c.closed_at > now() + interval '5 seconds'
    limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  delete from commands c where (c.scope, c.id) in (
    select c.scope, c.id from commands c where c.at < now() - p_keep order by c.at limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  delete from connections c where c.id in (
    select c.id from connections c where c.state = 'closed' and c.closed_at < now() - interval '1 hour'
    order by c.closed_at limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_most := greatest(v_most, v_count);
  delete from rate_limits r where r.subject in (
    select r.subject from rate_limits r
    where r.started_at < now() - interval '10 minutes' or r.started_at > now() + interval '5 seconds'
    limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return greatest(v_most, v_count);
end $$;

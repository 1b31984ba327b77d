-- What a shop or a customer does to an order or a shop, once per command id.

-- Outcomes that were committed. The scope is the shop's id, or for a customer the order's.
create table commands (
  scope text not null,
  id uuid not null,
  content_hash bytea not null,
  -- {"ok":true,"order":…} or {"ok":false,"error":{…},"order":…}; null only inside the transaction that fills it
  outcome json,
  at timestamptz not null default now(),
  primary key (scope, id)
);
create index commands_at on commands (at);

-- Writes the next entry of the shop's log. The caller holds the order's row; the counter comes last.
create function append_event(o orders, p_type text, p_at timestamptz) returns events
language plpgsql as $$
declare
  v_body json := order_json(o);
  v_seq bigint;
  v_event events;
begin
  update streams s set head = s.head + 1 where s.shop = o.shop returning s.head into strict v_seq;
  insert into events (shop, seq, type, at, order_id, body)
  values (o.shop, v_seq, p_type, p_at, o.id, v_body)
  returning * into v_event;
  return v_event;
end $$;

-- The state machine. Terminal states absorb.
create function may_become(p_from text, p_to text) returns boolean
language sql immutable parallel safe
return case p_from
  when 'placed' then p_to in ('accepted', 'rejected', 'cancelled', 'expired')
  when 'accepted' then p_to in ('ready', 'completed', 'cancelled')
  when 'ready' then p_to in ('completed', 'cancelled')
  else false
end;

-- Moves an order, whose row the caller has locked and checked, to another state and logs that.
create function move_order(o orders, p_to text, p_reason text, p_prep_minutes integer) returns events
language plpgsql as $$
declare
  v_now timestamptz := greatest(clock_timestamp(), o.updated_at);
begin
  update orders set
    status = p_to, version = version + 1, updated_at = v_now, reason = p_reason,
    ready_at = case when p_to = 'accepted' then v_now + make_interval(mins => p_prep_minutes) else ready_at end
  where id = o.id
  returning * into strict o;
  return append_event(o, 'order.' || p_to, v_now);
end $$;

create function refused(p_code text, p_message text) returns json
language sql immutable parallel safe
return json_build_object('ok', false, 'error', json_build_object('code', p_code, 'message', p_message));

create function refused(p_code text, p_message text, o orders) returns json
language sql stable
return json_build_object('ok', false, 'error', json_build_object('code', p_code, 'message', p_message), 'order', order_json(o));

-- Runs a command as one autocommitted statement. The same id with the same content is answered with the outcome that
-- was committed, refusals of the state machine included; with other content it is refused. p_customer says that the
-- holder of the order's token asks, not the shop. seq is null when nothing was logged. p_connection is the screen that
-- asks: the result tells it what the event would, so if it had everything before, the event counts as acknowledged there
-- and costs no call of its own.
create function run_command(
  p_scope text, p_id uuid, p_content_hash bytea, p_shop text, p_customer boolean, p_op text,
  p_order uuid, p_version integer, p_reason text, p_prep_minutes integer, p_flag boolean, p_dish text, p_connection text,
  out outcome json, out shop_changed boolean, out epoch uuid, out seq bigint, out event_id uuid, out order_id uuid, out type text, out at text, out body json
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_known commands;
  v_order orders;
  v_event events;
  v_to text := case p_op when 'accept' then 'accepted' when 'reject' then 'rejected' when 'ready' then 'ready'
    when 'complete' then 'completed' when 'cancel' then 'cancelled' end;
begin
  shop_changed := false;
  insert into commands (scope, id, content_hash) values (p_scope, p_id, p_content_hash) on conflict do nothing;
  if not found then
    select * into strict v_known from commands where scope = p_scope and id = p_id;
    outcome := case when v_known.content_hash = p_content_hash then v_known.outcome
      else refused('invalid_request', 'this command id belongs to another command') end;
    return;
  end if;

  if p_op in ('set_open', 'set_dish', 'set_auto_accept', 'set_prep') then
    -- The shop before its dishes, as in upsert_shop: locked the other way round, the two could wait for each other.
    perform from shops where id = p_shop for update;
    if p_op = 'set_dish' then
      update dishes set available = p_flag where shop = p_shop and id = p_dish;
      shop_changed := found;
    else
      shop_changed := true;
    end if;
    if shop_changed then
      update shops set
        version = version + 1,
        open = case when p_op = 'set_open' then p_flag else open end,
        auto_accept = case when p_op = 'set_auto_accept' then p_flag else auto_accept end,
        prep_minutes = case when p_op = 'set_prep' then p_prep_minutes else prep_minutes end
      where id = p_shop;
      outcome := '{"ok":true}';
    else
      outcome := refused('not_found', 'there is no such dish');
    end if;
  else
    select * into v_order from orders where id = p_order and shop = p_shop for update;
    if not found then
      outcome := refused('not_found', 'there is no such order');
    elsif p_op = 'remind' then
      if v_order.status not in ('placed', 'accepted', 'ready') then
        outcome := refused('invalid_transition', 'the order is ' || v_order.status, v_order);
      elsif v_order.reminded_at > clock_timestamp() - interval '1 minute' then
        -- Not kept: the same command may be tried again.
        delete from commands where scope = p_scope and id = p_id;
        outcome := refused('rate_limited', 'at most one reminder a minute');
        return;
      else
        update orders set reminded_at = clock_timestamp() where id = p_order returning * into strict v_order;
        v_event := append_event(v_order, 'order.reminded', v_order.reminded_at);
      end if;
    elsif v_order.version <> p_version then
      outcome := refused('version_conflict', 'the order has changed', v_order);
    elsif not may_become(v_order.status, v_to) or (p_customer and v_order.status <> 'placed') then
      outcome := refused('invalid_transition', 'the order is ' || v_order.status, v_order);
    else
      v_event := move_order(v_order, v_to, p_reason,
        coalesce(p_prep_minutes, (select s.prep_minutes from shops s where s.id = p_shop)));
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
  update commands set outcome = run_command.outcome where scope = p_scope and id = p_id;
end $$;

import type { Hours, KeyRole, Operation, Order, ResultFrame } from '../../functions/domain/frames.ts';
import { type Connection, connect, type Socket } from '../../web/connection/connect.ts';
import { isTerminal } from '../../web/connection/order-book.ts';
import {
  newShopStream,
  type SavedShopStream,
  type ShopEffect,
  type ShopIdentity,
  type ShopInput,
  type ShopStream,
  savedShopStream,
} from '../../web/connection/shop/state.ts';
import { shopMachine } from '../../web/connection/shop/stream.ts';
import { mayDo } from '../support/role-rules.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Hours that were given to a shop. Without an answer, nobody knows when they are. */
export interface HoursChange {
  id: string;
  hours: Hours;
  sentAt: number;
  answeredAt?: number;
}

/** A screen of a shop: the real client, in the hands of somebody. */
export interface Screen {
  readonly name: string;
  readonly shop: string;
  state(): ShopStream;
  /** Of the events applied since the last snapshot: number and id. */
  applied(): readonly { seq: number; id: string; at: string }[];
  /** The versions of orders, as snapshots and events have told them. */
  versions(): ReadonlyMap<string, number>;
  /** Final answers to the commands, by id. */
  readonly results: ReadonlyMap<string, ResultFrame>;
  /** Every command it was ever given. */
  readonly commands: ReadonlySet<string>;
  /** Every change of the hours that it has asked for. */
  readonly hours: readonly HoursChange[];
  openOrders(): Order[];
  command(id: string, operation: Operation): void;
  wake(): void;
  /** A person looks at a screen that has stopped, and starts it again, with the shop's present key. */
  attend(token: string): void;
  /** The page is loaded again: what was saved is all there is, if anything was. Commands without a result are gone. */
  reload(saved?: 'nothing saved'): void;
  /** The key it was last given. */
  token(): string;
  end(): void;
}

/** What both kinds of clients live with. */
export interface ClientWorld {
  time: VirtualTime;
  random: Random;
  openSocket(owner: string): Socket;
  complain(problem: string): void;
  trace(line: () => string): void;
  /** What a key may do. */
  roleOf(token: string): KeyRole;
  /** Hears what became of a screen's command. */
  onResult(result: ResultFrame, screen: Pick<Screen, 'name' | 'shop'>): void;
}

/** Makes a screen that connects at once. What it applies is checked as it happens. */
export function aScreen(world: ClientWorld, name: string, identity: ShopIdentity): Screen {
  const { time, random, complain, trace } = world;
  let token = identity.token;
  let wake = () => {};
  let applied: { seq: number; id: string; at: string }[] = [];
  let versions = new Map<string, number>();
  const results = new Map<string, ResultFrame>();
  const commands = new Set<string>();
  const hours: HoursChange[] = [];
  /** By command, what it was and with which key it was given. */
  const given = new Map<string, { op: Operation['op']; token: string }>();
  let connection = start(undefined);

  function start(saved: SavedShopStream | undefined): Connection<ShopStream, ShopInput> {
    const stream = newShopStream({ ...identity, token }, saved);
    let last = saved?.cursor;
    return connect<ShopStream, ShopInput, ShopEffect>(
      shopMachine,
      stream,
      {
        openSocket: () => world.openSocket(name),
        now: time.now,
        random: random.next,
        startTimer: (callback, ms) => time.later(ms, callback),
        onWake(callback) {
          wake = callback;
          return () => {};
        },
      },
      {
        onEffect(effect, state) {
          if (effect.type === 'applied') {
            const { seq, id, at, order } = effect.event;
            trace(() => `${name} applies ${seq} ${effect.event.type} ${order.id}`);
            if (seq !== (last?.after ?? 0) + 1) complain(`I3: ${name} applied ${seq} after ${last?.after}`);
            last = { epoch: last?.epoch ?? '', after: seq, lastId: id };
            applied.push({ seq, id, at });
            versions.set(order.id, order.version);
          } else if (effect.type === 'replaced') {
            last = state.cursor;
            applied = [];
            versions = new Map(effect.orders.map(({ id, version }) => [id, version]));
            trace(() => `${name} takes a snapshot at ${last?.after}`);
          } else if (effect.type === 'result') {
            if (results.has(effect.result.id)) complain(`${name} was told twice what became of a command`);
            results.set(effect.result.id, effect.result);
            checkRole(effect.result);
            const change = hours.find(({ id }) => id === effect.result.id);
            if (change !== undefined && effect.result.ok) change.answeredAt = time.now();
            world.onResult(effect.result, { name, shop: identity.shop });
          }
        },
        onState({ cursor }) {
          if (cursor?.after !== last?.after)
            complain(`I3: ${name} is at ${cursor?.after}, its effects at ${last?.after}`);
        },
      },
    );
  }

  function checkRole(result: ResultFrame): void {
    const command = given.get(result.id);
    if (command === undefined) return;
    const role = world.roleOf(command.token);
    const isRefused = !result.ok && result.error.code === 'forbidden';
    if (mayDo(role, command.op) === isRefused)
      complain(`roles: ${command.op} of ${name}, a ${role}, was answered ${JSON.stringify(result)}`);
  }

  function restart(isForgetful: boolean): void {
    const saved = isForgetful ? undefined : savedShopStream(connection.state());
    connection.end();
    if (saved === undefined) applied = [];
    for (const { id } of connection.state().outbox) commands.delete(id);
    connection = start(saved);
  }

  return {
    name,
    shop: identity.shop,
    state: () => connection.state(),
    applied: () => applied,
    versions: () => versions,
    results,
    commands,
    hours,
    token: () => token,
    openOrders: () => [...connection.state().orders.values()].filter(order => !isTerminal(order)),
    command(id, operation) {
      commands.add(id);
      if (operation.op === 'set_hours') hours.push({ id, hours: operation.hours, sentAt: time.now() });
      given.set(id, { op: operation.op, token });
      connection.put({ type: 'command', id, operation });
    },
    wake: () => wake(),
    attend(presentToken) {
      const { phase, stoppedBy } = connection.state().link;
      if (phase !== 'stopped') return;
      trace(() => `somebody starts ${name} again, which was ${stoppedBy}`);
      if (token === presentToken) return connection.put({ type: 'connect' });
      token = presentToken;
      restart(false);
    },
    reload(saved) {
      trace(() => `${name} is loaded again, ${saved ?? 'with what was saved'}`);
      restart(saved !== undefined);
    },
    end: () => connection.end(),
  };
}

import type { Order, ResultFrame } from '../../functions/domain/frames.ts';
import { type Connection, connect } from '../../web/connection/connect.ts';
import {
  type CustomerEffect,
  type CustomerInput,
  type CustomerOperation,
  type CustomerStream,
  newCustomerStream,
} from '../../web/connection/customer/state.ts';
import { customerMachine } from '../../web/connection/customer/stream.ts';
import { type Placer, startPlacing } from '../../web/connection/place.ts';
import type { Attempt, Placed, Placing, TryOutcome } from '../../web/connection/placing.ts';
import type { ClientWorld } from './screen.ts';

/** An order, and the token that its link holds. */
export interface Link {
  order: string;
  token: string;
}

/** A customer's phone: the real client, in the hands of somebody who wants to eat. */
export interface CustomerPhone {
  readonly name: string;
  /** Places an order, unless one is on its way. */
  order(shop: string, key: string, body: object): void;
  /** Tokens and orders that it was given, in the order of being placed. */
  readonly placed: readonly Placed[];
  /** Orders of others that it looks at by their read-only links. */
  readonly links: readonly Link[];
  /** Opens the read-only link of an order. */
  look(link: Link): void;
  /** What it has asked for, by key. */
  readonly asked: ReadonlyMap<string, object>;
  /** Keys of the orders that were refused. */
  readonly refused: ReadonlySet<string>;
  readonly results: ReadonlyMap<string, ResultFrame>;
  placing(): Placing;
  stream(): CustomerStream;
  orders(): Order[];
  command(id: string, operation: CustomerOperation): void;
  wake(): void;
  /** Goes on with an order that the page asks about, and starts a stream that has stopped. */
  attend(): void;
  /** The page is loaded again: what was stored is all there is. */
  reload(saved?: 'nothing saved'): void;
  end(): void;
}

/** Makes a customer. `post` is one HTTP request and what its answer means. */
export function aCustomer(
  world: ClientWorld,
  name: string,
  post: (attempt: Attempt) => Promise<TryOutcome>,
): CustomerPhone {
  const { time, random, complain, trace } = world;
  const stored = new Map<string, Attempt>();
  const placed: Placed[] = [];
  const links: Link[] = [];
  const asked = new Map<string, object>();
  const refused = new Set<string>();
  const results = new Map<string, ResultFrame>();
  let placing: Placing = { phase: 'idle' };
  let wakes: (() => void)[] = [];
  const surroundings = {
    openSocket: () => world.openSocket(name),
    now: time.now,
    random: random.next,
    startTimer: (callback: () => void, ms: number) => time.later(ms, callback),
    onWake(callback: () => void) {
      wakes.push(callback);
      return () => {};
    },
  };
  let stream = startStream();
  let placer = startPlacer();

  function startStream(): Connection<CustomerStream, CustomerInput> {
    const started = connect<CustomerStream, CustomerInput, CustomerEffect>(
      customerMachine,
      newCustomerStream(),
      surroundings,
      {
        onEffect(effect) {
          if (effect.type !== 'result') return;
          if (results.has(effect.result.id)) complain(`${name} was told twice what became of a command`);
          results.set(effect.result.id, effect.result);
        },
      },
    );
    for (const { order, token } of placed) started.put({ type: 'follow', order: order.id, token });
    for (const link of links) started.put({ type: 'follow', ...link });
    return started;
  }

  function startPlacer(): Placer {
    return startPlacing({
      ...surroundings,
      post,
      store: {
        save: attempt => stored.set(attempt.key, attempt),
        all: () => [...stored.values()],
        remove: attempt => stored.delete(attempt.key),
      },
      onPlaced(news) {
        trace(() => `${name} is told that ${news.order.id} is placed`);
        placed.push(news);
        stream.put({ type: 'follow', order: news.order.id, token: news.token });
      },
      onState(state) {
        if (state.phase === 'refused') refused.add(state.attempt.key);
        placing = state;
      },
    });
  }

  return {
    name,
    placed,
    links,
    asked,
    look(link) {
      if (links.some(({ order }) => order === link.order)) return;
      trace(() => `${name} looks at ${link.order}`);
      links.push(link);
      stream.put({ type: 'follow', ...link });
    },
    refused,
    results,
    placing: () => placing,
    stream: () => stream.state(),
    orders: () => [...stream.state().orders.values()],
    order(shop, key, body) {
      placer.clear();
      asked.set(key, body);
      placer.submit(shop, key, body);
    },
    command: (id, operation) => stream.put({ type: 'command', id, operation }),
    wake() {
      for (const wake of wakes) wake();
    },
    attend() {
      if (placing.phase === 'asking') placer.goOn();
      const { phase, stoppedBy } = stream.state().link;
      if (phase === 'stopped' && stoppedBy !== undefined && stoppedBy !== 'finished') stream.put({ type: 'connect' });
    },
    reload() {
      trace(() => `${name} loads the page again`);
      stream.end();
      placer.end();
      wakes = [];
      stream = startStream();
      placer = startPlacer();
    },
    end() {
      stream.end();
      placer.end();
    },
  };
}

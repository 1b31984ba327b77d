import type { ClientFrame, ResultFrame } from '../../../functions/domain/frames.ts';
import { newShopStream, type ShopInput, type ShopStream } from '../../../web/connection/shop/state.ts';
import { reduceShopStream, shopStreamDueAt } from '../../../web/connection/shop/stream.ts';
import type { ModelShop, Push } from '../../support/model-shop.ts';

/** What the network does to pushes; frames to the server only take their time, as on a real socket. */
export interface Weather {
  loss: number;
  repeat: number;
  /** Longest delay of a push, so also how far they overtake one another. */
  delayMs: number;
}

export const fairWeather: Weather = { loss: 0, repeat: 0, delayMs: 5 };

interface Arrival {
  at: number;
  order: number;
  happen: () => void;
}

/**
 * A client and the model shop with a network between them, on a clock of their own. What the client applied is checked
 * as it happens: always the event after the last one.
 */
export function simulate(shop: ModelShop, random: () => number) {
  let now = 0;
  let weather = fairWeather;
  let client: ShopStream = newShopStream({ shop: 'shop1', token: 'key', device: 'device' });
  let connection = 0;
  let open = false;
  let serial = 0;
  let queue: Arrival[] = [];
  /** Sequence numbers in the order in which they were applied, and the heads of snapshots. */
  const history: ({ applied: number } | { replaced: number })[] = [];
  const results = new Map<string, ResultFrame[]>();
  const sent: { at: number; frame: ClientFrame }[] = [];
  let helloOut = false;

  function later(ms: number, happen: () => void): void {
    serial += 1;
    queue.push({ at: now + ms, order: serial, happen });
  }

  function push(pushes: Push[]): void {
    for (const { connection: to, frame } of pushes) {
      if (random() < weather.loss) continue;
      for (let copies = random() < weather.repeat ? 3 : 1; copies > 0; copies--)
        later(1 + random() * weather.delayMs, () => {
          if (to === connection && open) put({ type: 'frame', frame });
        });
    }
  }

  function put(input: ShopInput): void {
    const before = client.cursor;
    if (input.type === 'frame' && (input.frame.type === 'welcome' || input.frame.type === 'error')) helloOut = false;
    const outcome = reduceShopStream(client, input, { now, random: random() });
    client = outcome.state;
    let last = before?.after ?? 0;
    for (const effect of outcome.effects) {
      if (effect.type === 'applied') {
        if (effect.event.seq !== last + 1) throw new Error(`applied ${effect.event.seq} after ${last}`);
        last = effect.event.seq;
        history.push({ applied: last });
      } else if (effect.type === 'replaced') {
        last = client.cursor?.after ?? -1;
        history.push({ replaced: last });
      } else if (effect.type === 'result') {
        results.set(effect.result.id, [...(results.get(effect.result.id) ?? []), effect.result]);
      } else if (effect.type === 'connect') connect();
      else if (effect.type === 'close') hangUp();
      else if (effect.type === 'send') send(effect.frame);
    }
    if (last !== (client.cursor?.after ?? 0)) throw new Error('the cursor is not where the effects say');
  }

  function connect(): void {
    hangUp();
    connection += 1;
    const mine = connection;
    later(5, () => {
      if (mine !== connection) return;
      open = true;
      put({ type: 'opened' });
    });
  }

  function hangUp(): void {
    if (open) shop.close(connection);
    open = false;
    helloOut = false;
  }

  function send(frame: ClientFrame): void {
    if (helloOut) throw new Error(`sent ${frame.type} between hello and welcome`);
    if (frame.type === 'hello') helloOut = true;
    sent.push({ at: now, frame });
    const mine = connection;
    later(1 + random() * 5, () => {
      if (mine === connection && open) push(shop.receive(mine, frame));
    });
  }

  return {
    client: () => client,
    history,
    results,
    sent,
    push,
    put,
    setWeather(next: Weather): void {
      weather = next;
    },
    disconnect(): void {
      const wasOpen = open;
      hangUp();
      if (wasOpen) put({ type: 'closed' });
    },
    /** Lets time go by. */
    pass(ms: number): void {
      const end = now + ms;
      for (;;) {
        queue.sort((a, b) => a.at - b.at || a.order - b.order);
        const [first] = queue;
        const due = shopStreamDueAt(client) ?? Number.POSITIVE_INFINITY;
        const next = Math.min(first?.at ?? Number.POSITIVE_INFINITY, due);
        if (next > end) break;
        now = Math.max(now, next);
        if (first !== undefined && first.at <= due) {
          queue = queue.slice(1);
          first.happen();
        } else put({ type: 'tick' });
      }
      now = end;
    },
  };
}

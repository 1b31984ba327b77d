import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Operation, ResultFrame } from '../../../functions/domain/frames.ts';
import { connect, type Socket } from '../../../web/connection/connect.ts';
import { newShopStream, type ShopEffect, type ShopInput, type ShopStream } from '../../../web/connection/shop/state.ts';
import { shopMachine } from '../../../web/connection/shop/stream.ts';
import { startTimer } from '../../../web/connection/timer.ts';
import type { ScreenLog } from './history.ts';

/** A shop's screen: the real client of web/connection on a real socket, and what it has applied. */
export interface Screen {
  log: ScreenLog;
  state(): ShopStream;
  /** The socket that is open or opening now, for what a network does to it. */
  socket(): WebSocket | undefined;
  /** Breaks the connection; the client comes back by itself. */
  drop(): void;
  /** From the next connection on it reads one frame in so many milliseconds; 0 ends that at once. */
  readSlowly(frameMs: number): void;
  /** What the network's return does: a ping, which also says how far this screen has got. */
  wake(): void;
  /** Does something as the shop, once, however often the connection breaks; gives the final answer. */
  command(operation: Operation): Promise<ResultFrame>;
  /** Ends it. Its log then need not have come to the head. */
  end(): void;
}

/** Whose screen, and where. `random` decides how long the client waits before it comes back. */
export interface ScreenOptions {
  url: string;
  shop: string;
  key: string;
  /** Of its own unless given: two tabs of a browser are one device. */
  device?: string;
  random?: () => number;
  /** Its clock runs so many times faster than ours, so that a test need not wait as long as a person. */
  hurry?: number;
  /** After everything that has happened to it. */
  onState?: (state: ShopStream) => void;
}

/** Opens a screen, which stays and comes back by itself until it is ended. */
export function openScreen(options: ScreenOptions): Screen {
  const { url, shop, key, device = randomUUID(), random = Math.random, hurry = 1, onState = () => {} } = options;
  const log: ScreenLog = { name: `screen ${device.slice(0, 8)} of ${shop}`, shop, entries: [], isLive: true };
  const results = new Map<string, (result: ResultFrame) => void>();
  let socket: WebSocket | undefined;
  let frameMs = 0;

  function open(): WebSocket {
    const opened = new WebSocket(url, { perMessageDeflate: false });
    opened.on('message', () => {
      if (frameMs === 0) return;
      opened.pause();
      setTimeout(() => opened.resume(), frameMs).unref();
    });
    return opened;
  }

  const stream = connect<ShopStream, ShopInput, ShopEffect>(
    shopMachine,
    newShopStream({ shop, token: key, device }),
    {
      openSocket() {
        socket?.terminate(); // the client has let go of it
        socket = open();
        return socket as Socket;
      },
      now: () => Date.now() * hurry,
      random,
      startTimer: (callback, ms) => startTimer(callback, ms / hurry),
      onWake: () => () => {},
    },
    { onEffect: note, onState },
  );

  function note(effect: ShopEffect, state: ShopStream): void {
    const at = Date.now();
    if (effect.type === 'applied') {
      const { seq, id, order } = effect.event;
      const epoch = state.cursor?.epoch ?? '';
      log.entries.push({ type: 'event', at, shop: order.shop, epoch, seq, id, order: order.id });
    } else if (effect.type === 'replaced') {
      const { epoch = '', after = 0 } = state.cursor ?? {};
      const orders = effect.orders.map(order => order.id);
      log.entries.push({ type: 'snapshot', at, epoch, head: after, orders });
    } else if (effect.type === 'result') {
      results.get(effect.result.id)?.(effect.result);
      results.delete(effect.result.id);
    }
  }

  return {
    log,
    state: stream.state,
    socket: () => socket,
    drop: () => socket?.terminate(),
    readSlowly(ms) {
      frameMs = ms;
      if (ms === 0) socket?.resume();
    },
    wake: () => stream.put({ type: 'wake' }),
    command: operation =>
      new Promise(resolve => {
        const id = randomUUID();
        results.set(id, resolve);
        stream.put({ type: 'command', id, operation });
      }),
    end() {
      log.isLive = false;
      stream.end();
      socket?.terminate();
    },
  };
}

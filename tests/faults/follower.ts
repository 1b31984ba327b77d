import { WebSocket } from 'ws';
import type { Order } from '../../functions/domain/frames.ts';
import { connect, type Socket } from '../../web/connection/connect.ts';
import {
  type CustomerEffect,
  type CustomerInput,
  type CustomerStream,
  newCustomerStream,
} from '../../web/connection/customer/state.ts';
import { customerMachine } from '../../web/connection/customer/stream.ts';
import { startTimer } from '../../web/connection/timer.ts';

/** A customer who looks at an order that was placed: the real client of web/connection, and what it was told. */
export interface Follower {
  state(): CustomerStream;
  /** The order at each news of it, the newest last. */
  news: Order[];
  end(): void;
}

/** Whose order, and where. For `hurry` and `onState` see `ScreenOptions`. */
export interface FollowerOptions {
  url: string;
  order: string;
  token: string;
  random: () => number;
  hurry: number;
  onState?: (state: CustomerStream) => void;
}

/** Follows an order until it has come to its end, or until it is ended. */
export function openFollower({ url, order, token, random, hurry, onState = () => {} }: FollowerOptions): Follower {
  const news: Order[] = [];
  let socket: WebSocket | undefined;
  const stream = connect<CustomerStream, CustomerInput, CustomerEffect>(
    customerMachine,
    newCustomerStream(),
    {
      openSocket() {
        socket?.terminate(); // the client has let go of it
        socket = new WebSocket(url, { perMessageDeflate: false });
        return socket as Socket;
      },
      now: () => Date.now() * hurry,
      random,
      startTimer: (callback, ms) => startTimer(callback, ms / hurry),
      onWake: () => () => {},
    },
    { onState, onEffect: effect => effect.type === 'order' && news.push(effect.order) },
  );
  stream.put({ type: 'follow', order, token });
  return {
    state: stream.state,
    news,
    end() {
      stream.end();
      socket?.terminate();
    },
  };
}

import type { SecurityEvents } from '../../security-events.ts';
import type { AddressRate } from '../address-rate.ts';
import { isAboutUs } from './admission.ts';
import { type Exchange, replyError } from './reply.ts';

/** So long a request waits for its turn, milliseconds. */
const WAIT_MS = 1_000;

export interface PaceLimits {
  rate: AddressRate;
  /** Requests that wait for their turn, of all addresses together; 0 is no limit. */
  waitingInAll: number;
  securityEvents: SecurityEvents;
}

/** When requests are served that have been let in. */
export interface RequestPace {
  /** Serves it now or in its turn, or refuses it with 429. */
  serve(exchange: Exchange, act: () => void): void;
}

/**
 * Makes the pace. An address that asks for more than its share waits for each answer, a 429 too: whoever asks again as
 * soon as it is answered, as most floods do, is slowed down by that, where an answer at once would only make it quicker.
 * Where too many wait, the next is refused at once, so that no flood of many addresses fills the places of all requests.
 */
export function createRequestPace({ rate, waitingInAll, securityEvents }: PaceLimits): RequestPace {
  let waiting = 0;

  return {
    serve(exchange, act) {
      const waitMs = isAboutUs(exchange) ? 0 : rate.turn(exchange.remoteAddress, WAIT_MS);
      if (waitMs === 0) return act();
      securityEvents.tell('too_many_requests');
      if (waitingInAll > 0 && waiting >= waitingInAll) return refuse(exchange);
      waiting += 1;
      const { response } = exchange;
      const leave = () => {
        waiting -= 1;
        clearTimeout(timer);
      };
      const timer = setTimeout(() => {
        response.off('close', leave);
        leave();
        if (waitMs === undefined) refuse(exchange);
        else act();
      }, waitMs ?? WAIT_MS);
      response.once('close', leave);
    },
  };
}

function refuse(exchange: Exchange): void {
  replyError(exchange, 429, 'rate_limited', 'too many requests of your address, wait a moment', { 'retry-after': '1' });
}

import { createMemory } from '../domain/memory.ts';
import { createPaces, type Pace } from '../domain/paces.ts';
import type { Orders, Placement, PlaceOrder } from '../domain/ports.ts';
import { type ErrorCode, Refusal } from '../domain/refusal.ts';
import type { Line } from './line.ts';

/** Of an address: orders that were placed before and are asked for again. */
export const REPLAYS: Pace = { burst: 30, perSecond: 2 };
/** Of an address: what places nothing, and does not count as an order either. */
export const IN_VAIN: Pace = { burst: 30, perSecond: 2 };

/** So many idempotency keys are known to have been answered. */
const MOST_KEYS = 10_000;

/** Refusals that count as no order of the address, so that there would be no end to them. */
const inVain: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['rate_limited', 'proof_required', 'idempotency_key_reused']);

/**
 * Orders whose callers cannot keep the database busy for nothing. What one address asks for waits in a line of its own.
 * Who is refused again and again, or asks for a placed order again and again, is asked of the database at a pace, and
 * refused by what is remembered beyond it. Which limit an order was refused by does not matter: the database is asked
 * often enough that whoever is no longer over it gets in. Two paces, so that a neighbour behind the same address who is
 * over the limit does not keep anybody from the order that they have placed.
 */
export function paceOrders(orders: Orders, line: Line, now = () => performance.now()): Orders {
  const answered = createMemory<true>(MOST_KEYS);
  const replays = createPaces<never>(REPLAYS, now);
  /** With it, until when the limit holds that an order was last refused by. */
  const vain = createPaces<number>(IN_VAIN, now);

  async function placeInPace(order: PlaceOrder, address: string): Promise<Placement> {
    // A key of another shop is another key.
    const key = JSON.stringify([order.request.shop, order.key.toLowerCase()]);
    const isReplay = answered.get(key) === true;
    if (isReplay && !replays.take(address)) throw tooMany('this order is asked for too often, wait a moment');
    if (!isReplay && !vain.has(address)) throw tooMany('too many orders, wait a moment', vain.kept(address));
    try {
      const placement = await orders.place(order);
      if (placement.event === undefined && !isReplay) vain.take(address);
      answered.set(key, true);
      return placement;
    } catch (error) {
      if (!isReplay) note(error, address);
      if (error instanceof Refusal && error.code === 'idempotency_key_reused') answered.set(key, true);
      throw error;
    }
  }

  function note(error: unknown, address: string): void {
    if (!(error instanceof Refusal) || !inVain.has(error.code)) return;
    vain.take(address);
    if (error.retryAfterSeconds !== undefined) vain.keep(address, now() + error.retryAfterSeconds * 1_000);
  }

  function tooMany(message: string, until = 0): Refusal {
    return new Refusal('rate_limited', message, {
      retryAfterSeconds: Math.max(1, Math.ceil((until - now()) / 1_000)),
    });
  }

  return {
    place(order) {
      const { address = 'unknown' } = order;
      return line.ticket(address).run(() => placeInPace(order, address));
    },
    async countRefused(address) {
      try {
        await line.ticket(address).run(() => orders.countRefused(address));
      } catch (error) {
        note(error, address);
        throw error;
      }
    },
  };
}

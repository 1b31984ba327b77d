import { createHash, createHmac } from 'node:crypto';
import type { ProofTask } from './frames.ts';
import { hashOf, matches } from './secret.ts';

/** The order that something is shown for: it holds for this idempotency key of this shop and for no other. */
export interface ProvenOrder {
  shop: string;
  key: string;
}

/**
 * How somebody whom a shop does not know shows that an order is worth its place while strangers order very much. Work is
 * what is built; a phone number that is confirmed would be another task.
 */
export interface OrderProofs {
  task(order: ProvenOrder): ProofTask;
  /** Whether what a client gave does a task that was set for this order. */
  isDone(order: ProvenOrder, given: string): boolean;
}

/** 65,536 hashes on average: a fraction of a second on a phone. */
const BITS = 16;
/** How long a task may take, and then the order may be repeated. Seconds. */
const VALID_SECONDS = 600;

const GIVEN = /^(([0-9a-z]{1,9})-([0-9]{1,2})-([\w-]{22}))\.[0-9]{1,15}$/;

/**
 * Tasks of work. Nothing is stored: a challenge says until when it holds and is signed with the first secret, for its
 * order. To repeat a proof gains nothing, because a key makes one order. `now` is in milliseconds since 1970.
 */
export function proofOfWork(secrets: readonly [string, ...string[]], now: () => number): OrderProofs {
  const seconds = () => Math.floor(now() / 1000);
  return {
    task(order) {
      const until = (seconds() + VALID_SECONDS).toString(36);
      return {
        kind: 'work',
        challenge: `${until}-${BITS}-${sign(secrets[0], order, until, String(BITS))}`,
        bits: BITS,
      };
    },
    isDone(order, given) {
      const [, , until = '', bits = '', signature = ''] = GIVEN.exec(given) ?? [];
      const left = Number.parseInt(until, 36) - seconds();
      if (!(left > 0 && left <= VALID_SECONDS + 60)) return false;
      const isOurs = secrets.some(secret => matches(signature, hashOf(sign(secret, order, until, bits))));
      return isOurs && zeroBits(createHash('sha256').update(given, 'utf8').digest()) >= Number(bits);
    },
  };
}

function sign(secret: string, { shop, key }: ProvenOrder, until: string, bits: string): string {
  const text = `proof:${shop}:${key.toLowerCase()}:${until}:${bits}`;
  return createHmac('sha256', secret).update(text, 'utf8').digest('base64url').slice(0, 22);
}

/** Of the first 32 bits those before the first one. */
function zeroBits(hash: Buffer): number {
  return Math.clz32(hash.readUInt32BE(0));
}

import type { Hours, Operation } from '../../functions/domain/frames.ts';
import type { Random } from './random.ts';

const MINUTE_MS = 60_000;
/** The zone of every shop here is eight hours ahead. */
const EAST_MS = 8 * 60 * MINUTE_MS;

/** What somebody orders: a bowl, mild or hot, brought or fetched, now or in one of few slots. */
export function anOrder(random: Random, now: number): object {
  const quantity = 1 + random.below(3);
  const choices = [{ option: 'spice', choice: random.pick(['mild', 'hot']), quantity: 1 }];
  const item = random.chance(0.5) ? { dish: 'rice', quantity } : { dish: 'tofu', quantity, choices };
  const isFetched = random.chance(0.2);
  const customer = { name: 'Li', phone: '138', ...(isFetched ? {} : { address: 'Street 1' }) };
  const slot = Math.ceil(now / MINUTE_MS) + random.pick([1, 1, 8, 8]);
  return {
    items: [item],
    customer,
    ...(isFetched ? { fulfilment: { type: 'pickup' } } : {}),
    ...(random.chance(0.25) ? { wantedAt: new Date(slot * MINUTE_MS).toISOString() } : {}),
  };
}

/** What a shop changes of how it sells. */
export function sellingChange(random: Random, now: number): Operation {
  return random.pick<Operation>([
    { op: 'set_choice', dish: 'tofu', option: 'spice', choice: 'hot', available: random.chance(0.5) },
    { op: 'pause', minutes: 1 },
    { op: 'set_hours', hours: hoursAround(random, now) },
  ]);
}

/** Every hour, or some minutes from about now on. */
function hoursAround(random: Random, now: number): Hours {
  const from = now + EAST_MS + (random.below(4) - 2) * MINUTE_MS;
  const period = { from: timeOf(from), to: timeOf(from + (2 + random.below(30)) * MINUTE_MS) };
  const day = random.chance(0.5) ? [] : [period];
  return { week: Array.from({ length: 7 }, () => day), exceptions: [] };
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

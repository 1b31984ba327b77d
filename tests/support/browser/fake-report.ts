import type { Order, Report } from '../../../functions/domain/frames.ts';

/** The fake shops are in Shanghai, which is eight hours ahead all year. */
const AHEAD_MS = 8 * 3_600_000;

/** The day of a moment where the fake shops are, as `2025-01-31`. */
export function fakeDay(at: string | number): string {
  return new Date(new Date(at).getTime() + AHEAD_MS).toISOString().slice(0, 10);
}

/** A day of a fake shop in figures. `acceptSeconds` is how long each order took that was accepted. */
export function fakeReport(day: string, all: Order[], acceptSeconds: ReadonlyMap<string, number>): Report {
  const orders = all.filter(({ placedAt }) => fakeDay(placedAt) === day);
  const counting = orders.filter(({ status }) => !['rejected', 'cancelled', 'expired'].includes(status));
  const count = (...statuses: string[]) => orders.filter(({ status }) => statuses.includes(status)).length;
  const seconds = orders.flatMap(({ id }) => acceptSeconds.get(id) ?? []).sort((a, b) => a - b);
  return {
    day,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    orders: orders.length,
    completed: count('completed'),
    rejected: count('rejected'),
    cancelled: count('cancelled'),
    expired: count('expired'),
    open: count('placed', 'accepted', 'ready'),
    takingsCents: takingsOf(counting),
    accepted: count('accepted', 'ready'),
    acceptedCents: takingsOf(orders.filter(({ status }) => status === 'accepted' || status === 'ready')),
    completedCents: takingsOf(orders.filter(({ status }) => status === 'completed')),
    acceptSecondsAverage: seconds.length === 0 ? null : seconds.reduce((a, b) => a + b) / seconds.length,
    acceptSecondsP95: seconds[Math.ceil(seconds.length * 0.95) - 1] ?? null,
    dishes: bestDishes(counting),
    hours: Array.from({ length: 24 }, (_, hour) => ({
      hour,
      orders: orders.filter(order => hourOf(order) === hour).length,
      takingsCents: takingsOf(counting.filter(order => hourOf(order) === hour)),
    })),
  };
}

function hourOf({ placedAt }: Order): number {
  return new Date(new Date(placedAt).getTime() + AHEAD_MS).getUTCHours();
}

function takingsOf(orders: Order[]): number {
  return orders.reduce((sum, { totalCents }) => sum + totalCents, 0);
}

function bestDishes(orders: Order[]): Report['dishes'] {
  const sold = new Map<string, Report['dishes'][number]>();
  for (const { dish, name, quantity, priceCents } of orders.flatMap(({ items }) => items)) {
    const before = sold.get(dish) ?? { quantity: 0, takingsCents: 0 };
    const takingsCents = before.takingsCents + quantity * priceCents;
    sold.set(dish, { dish, name, quantity: before.quantity + quantity, takingsCents });
  }
  return [...sold.values()].sort((a, b) => b.quantity - a.quantity).slice(0, 20);
}

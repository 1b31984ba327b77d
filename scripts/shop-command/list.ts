import type { Shop } from '../../functions/domain/frames.ts';
import { tableText } from './table-text.ts';

/** Shops as a table for a terminal. */
export function listText(shops: readonly Shop[]): string {
  if (shops.length === 0) return 'there is no shop yet: npm run shop -- add noodles --name "Lanzhou Noodles"\n';
  const head = ['shop', 'name', 'dishes', 'takes orders', 'hands over', 'currency', 'time zone'];
  const rows = [head, ...shops.map(rowOf)];
  return tableText(rows);
}

function rowOf(shop: Shop): string[] {
  const { id, name, currency, timeZone, dishes = [], pickup, delivery } = shop;
  const ways = [...(pickup ? ['pickup'] : []), ...(delivery ? ['delivery'] : [])].join(', ') || 'not at all';
  return [id, name, String(dishes.length), stateOf(shop), ways, currency, timeZone];
}

function stateOf({ open, isSwitchedOn, opensAt, closesAt, timeZone }: Shop): string {
  if (open) return closesAt ? `until ${timeIn(closesAt, timeZone)}` : 'yes';
  if (opensAt) return `from ${timeIn(opensAt, timeZone)}`;
  return isSwitchedOn === false ? 'switched off' : 'no';
}

/** A moment on the shop's own clock. */
function timeIn(instant: string, timeZone: string): string {
  const format = {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  const parts = new Intl.DateTimeFormat('en', format).formatToParts(new Date(instant));
  const part = (type: string) => parts.find(each => each.type === type)?.value ?? '';
  return `${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
}

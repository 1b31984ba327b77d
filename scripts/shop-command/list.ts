import type { Shop } from '../../functions/domain/frames.ts';

/** Shops as a table for a terminal. */
export function listText(shops: readonly Shop[]): string {
  if (shops.length === 0) return 'there is no shop yet: npm run shop -- add noodles --name "Lanzhou Noodles"\n';
  const head = ['shop', 'name', 'dishes', 'takes orders', 'hands over', 'currency', 'time zone'];
  const rows = [head, ...shops.map(rowOf)];
  const widths = head.map((_, column) => Math.max(...rows.map(row => widthOf(row[column] ?? ''))));
  return rows
    .map(
      row =>
        `${row
          .map((text, column) => padded(text, widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function rowOf(shop: Shop): string[] {
  const { id, name, currency, timeZone, dishes = [], pickup, delivery } = shop;
  const ways = [...(pickup ? ['pickup'] : []), ...(delivery ? ['delivery'] : [])].join(', ') || 'not at all';
  return [id, singleLine(name), String(dishes.length), stateOf(shop), ways, currency, timeZone];
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

/** A name may hold anything; in a terminal it is one line, and moves no cursor. */
function singleLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

/** In columns of a terminal, of which a Chinese character takes two. */
function widthOf(text: string): number {
  return [...text].reduce(
    (sum, letter) => sum + (/[\u1100-\u115f\u2e80-\uffdc]|[\u{1f300}-\u{3fffd}]/u.test(letter) ? 2 : 1),
    0,
  );
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(width - widthOf(text));
}

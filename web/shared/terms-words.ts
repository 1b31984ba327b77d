import type { Area, Delivery, Discount, Hours, Later, Period } from '../../functions/domain/frames.ts';
import { locale, say } from './language.ts';
import { money } from './money.ts';

/** The name of a day of the week, 0 being Monday. */
export function weekdayName(index: number, length: 'short' | 'long' = 'short'): string {
  // 1 January 2024 was a Monday.
  return new Intl.DateTimeFormat(locale(), { weekday: length, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + index));
}

/** The name of a date such as 2026-12-25, as people write it. */
export function dateName(date: string): string {
  const format = { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale(), format).format(new Date(`${date}T00:00:00Z`));
}

/** "11:00–14:00, 17:00–02:00". */
export function periodsInWords(periods: readonly Period[]): string {
  if (periods.length === 0) return say(['休息', 'closed']);
  return periods.map(({ from, to }) => `${from}–${to}`).join(say(['、', ', ']));
}

/** The hours of a week, days that are alike together; empty when the shop is open at every hour. */
export function weekInWords({ week }: Hours): { days: string; times: string }[] {
  if (week.every(periods => periods.length === 0)) return [];
  const runs: { from: number; to: number; times: string }[] = [];
  for (const [index, periods] of week.entries()) {
    const times = periodsInWords(periods);
    const last = runs.at(-1);
    if (last?.times === times) last.to = index;
    else runs.push({ from: index, to: index, times });
  }
  return runs.map(({ from, to, times }) => ({ days: daysInWords(from, to), times }));
}

/** What a delivery costs, and from which sum on there is one. Of areas that differ it says the least, as "from". */
export function deliveryInWords({ freeFromCents, areas, ...usual }: Delivery, currency: string): string {
  const [feeCents, feeDiffers] = leastOf(areas, usual, 'feeCents');
  const [minimumCents, minimumDiffers] = leastOf(areas, usual, 'minimumCents');
  const isFree = (feeCents === 0 && !feeDiffers) || freeFromCents === 0;
  const fee = isFree
    ? say(['免配送费', 'free delivery'])
    : say(feeDiffers ? ['配送费 {fee} 起', 'delivery from {fee}'] : ['配送费 {fee}', 'delivery {fee}'], {
        fee: money(feeCents, currency),
      });
  const free =
    isFree || freeFromCents === null
      ? undefined
      : say(['满 {sum} 免配送费', 'free from {sum}'], { sum: money(freeFromCents, currency) });
  const minimum =
    minimumCents === 0 && !minimumDiffers
      ? undefined
      : say(minimumDiffers ? ['最低 {sum} 起送', 'minimum from {sum}'] : ['{sum} 起送', 'minimum {sum}'], {
          sum: money(minimumCents, currency),
        });
  return [minimum, fee, free].filter(Boolean).join(' · ');
}

/** The least that any area asks, and whether one asks more. */
function leastOf(
  areas: readonly Area[],
  usual: Pick<Delivery, 'feeCents' | 'minimumCents'>,
  what: 'feeCents' | 'minimumCents',
): [cents: number, differs: boolean] {
  const all = areas.length === 0 ? [usual[what]] : areas.map(area => area[what] ?? usual[what]);
  return [Math.min(...all), new Set(all).size > 1];
}

/** What is taken off, the smallest sum first. */
export function discountsInWords(discounts: readonly Discount[], currency: string): string {
  return [...discounts]
    .sort((a, b) => a.fromCents - b.fromCents)
    .map(({ fromCents, offCents }) =>
      say(['满 {from} 减 {off}', '{off} off from {from}'], {
        from: money(fromCents, currency),
        off: money(offCents, currency),
      }),
    )
    .join(' · ');
}

/** How far ahead an order may be wanted, and how many at a time. */
export function laterInWords({ leadMinutes, daysAhead, slotMinutes, perSlot }: Later): string {
  return say(
    [
      '提前 {lead} 分钟以上，最多 {days} 天，每 {slot} 分钟 {n} 单',
      'at least {lead} min and at most {days} days ahead, {n} orders every {slot} min',
    ],
    { lead: leadMinutes, days: daysAhead, slot: slotMinutes, n: perSlot },
  );
}

function daysInWords(from: number, to: number): string {
  if (from === 0 && to === 6) return say(['每天', 'Every day']);
  return from === to ? weekdayName(from) : say(['{a}至{b}', '{a}–{b}'], { a: weekdayName(from), b: weekdayName(to) });
}

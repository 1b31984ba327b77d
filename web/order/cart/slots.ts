import { isRecord, readAnswer } from '../../../functions/domain/answer.ts';
import { request } from '../../connection/request.ts';

/** A time for which orders can be placed, and how many more. */
export interface Slot {
  at: string;
  free: number;
}

const READ_MS = 15_000;

/**
 * Reads the slots of one day of a shop, such as 2026-12-25 in its time zone.
 * @throws Error when there is no answer of ours
 */
export async function readSlots(getShopInfoUrl: string, shop: string, day: string): Promise<Slot[]> {
  const address = new URL(getShopInfoUrl);
  address.searchParams.set('shop', shop);
  address.searchParams.set('slots', day);
  const reply = await request(address, { cache: 'no-store' }, READ_MS);
  const answer = readAnswer(reply, isSlots);
  if (answer.type !== 'value') throw new Error(`slots: ${answer.type} ${reply.status}`);
  return answer.value.slots;
}

/** Whether a time that was chosen cannot be had any more: it is over, or its last place is taken. */
export function isTimeLost(slots: readonly Slot[], wantedAt: string): boolean {
  return slots.every(({ at, free }) => at !== wantedAt || free === 0);
}

/** Whether any time of a day can be had. */
export function hasRoom(slots: readonly Slot[]): boolean {
  return slots.some(({ free }) => free > 0);
}

/** The days for which orders are taken: today in the shop's time zone, and so many after it. */
export function daysFrom(now: number, timeZone: string, daysAhead: number): string[] {
  const today = Date.parse(`${dayIn(now, timeZone)}T00:00:00Z`);
  return Array.from({ length: daysAhead + 1 }, (_, index) =>
    new Date(today + index * 86_400_000).toISOString().slice(0, 10),
  );
}

/** The day of a moment in a time zone, such as 2026-12-25. */
export function dayIn(now: number, timeZone: string): string {
  const format = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-CA', { ...format, timeZone }).format(now);
  } catch {
    return new Intl.DateTimeFormat('en-CA', format).format(now); // a zone that this browser does not know
  }
}

function isSlots(value: unknown): value is { slots: Slot[] } {
  return isRecord(value) && Array.isArray(value.slots) && value.slots.every(isSlot);
}

function isSlot(value: unknown): boolean {
  return isRecord(value) && typeof value.at === 'string' && typeof value.free === 'number';
}

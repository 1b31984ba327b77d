import { signal } from '@preact/signals';
import type { Shop, ShopInView } from '../../../functions/domain/frames.ts';
import type { ShopsPage } from '../../../functions/domain/received.ts';
import { readShopInfo } from '../../connection/shop-info.ts';
import { pageClock } from '../../connection/steady-clock.ts';
import { adjustClock } from '../../shared/time.ts';
import { whenUntouched } from '../../shared/touch.ts';
import { shops } from './known-shops.ts';

/** The state of the last reading. `missing`: there is no such shop. */
export const reading = signal<'busy' | 'done' | 'failed' | 'missing'>('busy');

/** Whether there are more shops than were read. */
export const hasMoreShops = signal(false);

let readAt = Number.NEGATIVE_INFINITY;
let readFor: string | undefined;

/**
 * Reads all shops, or one, unless that was done less than `maxAgeMs` ago. Resolves also when it fails: see `reading`.
 */
export async function readShops(getShopInfoUrl: string, shop?: string, maxAgeMs = 0): Promise<void> {
  const isRead = shop === undefined ? readFor === undefined : shops.value.has(shop);
  const fresh = pageClock.now() - readAt < maxAgeMs && isRead && (readFor === undefined || readFor === shop);
  if (fresh && reading.value === 'done') return;
  reading.value = 'busy';
  try {
    const found = shop === undefined ? await readAll(getShopInfoUrl) : await readPage(getShopInfoUrl, { shop });
    if (found === 'missing') {
      reading.value = 'missing';
      return;
    }
    readAt = pageClock.now();
    readFor = shop;
    await whenUntouched(() => {
      const kept = shop === undefined ? [] : shops.value;
      shops.value = new Map([
        ...kept,
        ...found.shops.map(one => [one.id, later(shops.value.get(one.id), one)] as const),
      ]);
      if (shop === undefined) hasMoreShops.value = found.next !== undefined;
      reading.value = 'done';
    });
  } catch {
    reading.value = 'failed';
  }
}

/** Updates a shop from the visitor's stream. Returns false when its menu is not known and has to be read. */
export function updateShop(told: ShopInView): boolean {
  const known = shops.value.get(told.id);
  const dishes = told.dishes ?? (known?.version === told.version ? known.dishes : undefined);
  if (dishes === undefined) return false;
  shops.value = new Map(shops.value).set(told.id, later(known, { ...told, dishes }));
  return true;
}

/** Removes a shop, so that it is read before it is shown next. */
export function forgetShop(shop: string): void {
  shops.value = new Map([...shops.value].filter(([id]) => id !== shop));
  readAt = Number.NEGATIVE_INFINITY;
  reading.value = 'busy';
}

/** Returns the shop's present preparation time in minutes. */
export function preparationMinutes({ prepMinutes, busyMinutes }: Pick<Shop, 'prepMinutes' | 'busyMinutes'>): number {
  return prepMinutes + busyMinutes;
}

/**
 * Returns the newer of two readings, since answers may overtake one another: the higher version, or else the later
 * answer.
 */
function later(known: Shop | undefined, read: Shop): Shop {
  return known !== undefined && known.version > read.version ? known : read;
}

/** Pages of shops that are read at a time: as many shops as anybody looks through by hand. */
const PAGES = 10;

let wantedPages = PAGES;

/** Reads more of the shops, beyond those that are shown. */
export async function readMoreShops(getShopInfoUrl: string): Promise<void> {
  wantedPages += PAGES;
  await readShops(getShopInfoUrl);
}

async function readAll(url: string): Promise<ShopsPage> {
  const all: Shop[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < wantedPages; pages++) {
    const page = await readPage(url, after === undefined ? {} : { after });
    if (page === 'missing') break;
    all.push(...page.shops);
    after = page.next;
    if (after === undefined) break;
  }
  return after === undefined ? { shops: all } : { shops: all, next: after };
}

async function readPage(url: string, query: Record<string, string>): Promise<ShopsPage | 'missing'> {
  const { page, date } = await readShopInfo(url, query);
  adjustClock(date);
  return page;
}

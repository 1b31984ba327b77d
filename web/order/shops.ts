import { signal } from '@preact/signals';
import type { Shop, ShopInView } from '../../functions/domain/frames.ts';
import { learnClock } from '../shared/time.ts';
import { whenUntouched } from '../shared/touch.ts';

/** What is known of the shops, by id. */
export const shops = signal<ReadonlyMap<string, Shop>>(new Map());

/** How the last reading went. `missing`: there is no such shop. */
export const reading = signal<'busy' | 'done' | 'failed' | 'missing'>('busy');

let readAt = Number.NEGATIVE_INFINITY;
let readFor: string | undefined;

/** Reads all shops, or the one; what was read less than `maxAgeMs` ago is good enough. Resolves also when it failed. */
export async function readShops(getShopInfoUrl: string, shop?: string, maxAgeMs = 0): Promise<void> {
  const isRead = shop === undefined ? readFor === undefined : shops.value.has(shop);
  const fresh = Date.now() - readAt < maxAgeMs && isRead && (readFor === undefined || readFor === shop);
  if (fresh && reading.value === 'done') return;
  reading.value = 'busy';
  try {
    const found = shop === undefined ? await readAll(getShopInfoUrl) : await readPage(getShopInfoUrl, { shop });
    if (found === 'missing') {
      reading.value = 'missing';
      return;
    }
    readAt = Date.now();
    readFor = shop;
    await whenUntouched(() => {
      const kept = shop === undefined ? [] : shops.value;
      shops.value = new Map([
        ...kept,
        ...found.shops.map(one => [one.id, later(shops.value.get(one.id), one)] as const),
      ]);
      reading.value = 'done';
    });
  } catch {
    reading.value = 'failed';
  }
}

/** Takes in what the stream tells of a shop. Answers whether its menu is known now; else it has to be read. */
export function learnShop(told: ShopInView): boolean {
  const known = shops.value.get(told.id);
  const dishes = told.dishes ?? (known?.version === told.version ? known.dishes : undefined);
  if (dishes === undefined) return false;
  shops.value = new Map(shops.value).set(told.id, later(known, { ...told, dishes }));
  return true;
}

/** What is known of a shop is not good enough: whoever shows it next has to read it. */
export function forgetShop(shop: string): void {
  shops.value = new Map([...shops.value].filter(([id]) => id !== shop));
  readAt = Number.NEGATIVE_INFINITY;
  reading.value = 'busy';
}

/** Minutes from the order to the dish, as the shop is now. */
export function minutesToCook({ prepMinutes, busyMinutes }: Pick<Shop, 'prepMinutes' | 'busyMinutes'>): number {
  return prepMinutes + busyMinutes;
}

/** Answers overtake one another: of two readings the one with the higher version counts, of equals the one that came last. */
function later(known: Shop | undefined, read: Shop): Shop {
  return known !== undefined && known.version > read.version ? known : read;
}

interface Page {
  shops: Shop[];
  next?: string;
}

/** Enough pages for every deployment that is looked through by hand. */
const MOST_PAGES = 10;

async function readAll(url: string): Promise<Page> {
  const all: Shop[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await readPage(url, after === undefined ? {} : { after });
    if (page === 'missing') break;
    all.push(...page.shops);
    after = page.next;
    if (after === undefined) break;
  }
  return { shops: all };
}

async function readPage(url: string, query: Record<string, string>): Promise<Page | 'missing'> {
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  // `no-cache`: the browser asks with the tag of what it has, and hands that out when nothing has changed.
  const response = await fetch(address, { cache: 'no-cache', signal: AbortSignal.timeout(15_000) });
  learnClock(response.headers.get('date'));
  if (response.status === 404) return 'missing';
  if (!response.ok) throw new Error(`shops: ${response.status}`);
  return (await response.json()) as Page;
}

import { signal } from '@preact/signals';
import type { Shop } from '../../functions/domain/frames.ts';
import { learnClock } from '../shared/time.ts';

/** What is known of the shops, by id. */
export const shops = signal<ReadonlyMap<string, Shop>>(new Map());

/** How the last reading went. `missing`: there is no such shop. */
export const reading = signal<'busy' | 'done' | 'failed' | 'missing'>('busy');

let readAt = Number.NEGATIVE_INFINITY;
let readFor: string | undefined;

/** Reads all shops, or the one; what was read less than `maxAgeMs` ago is good enough. Resolves also when it failed. */
export async function readShops(getShopInfoUrl: string, shop?: string, maxAgeMs = 0): Promise<void> {
  const fresh = Date.now() - readAt < maxAgeMs && (readFor === undefined || readFor === shop);
  if (fresh && reading.value === 'done') return;
  reading.value = 'busy';
  try {
    const found = shop === undefined ? await readAll(getShopInfoUrl) : await readPage(getShopInfoUrl, { shop });
    if (found === 'missing') {
      reading.value = 'missing';
      return;
    }
    const kept = shop === undefined ? [] : shops.value;
    shops.value = new Map([...kept, ...found.shops.map(one => [one.id, one] as const)]);
    readAt = Date.now();
    readFor = shop;
    reading.value = 'done';
  } catch {
    reading.value = 'failed';
  }
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
  const response = await fetch(address, { signal: AbortSignal.timeout(15_000) });
  learnClock(response.headers.get('date'));
  if (response.status === 404) return 'missing';
  if (!response.ok) throw new Error(`shops: ${response.status}`);
  return (await response.json()) as Page;
}

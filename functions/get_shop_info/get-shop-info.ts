import { isDay } from '../domain/day.ts';
import type { HttpAnswer, HttpHandler } from '../domain/handlers.ts';
import type { Shops } from '../domain/ports.ts';
import { Refusal } from '../domain/refusal.ts';
import { entityTagOf, namesTag } from './entity-tag.ts';

/** How shops are read for whoever asks from a network address. */
type ShopsFor = (address: string | undefined) => Pick<Shops, 'byId' | 'list' | 'stateOf' | 'slots'>;

/** `GET /get_shop_info`: one shop, its slots of a day, or up to 100 with the cursor of the next page; 304 when the caller has it already. */
export function getShopInfo(shopsFor: ShopsFor): HttpHandler {
  return async request => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new Refusal('method_not_allowed', 'shops are read with GET', { allow: 'GET, HEAD' });
    }
    const { shop, after, slots } = readQuery(request);
    const shops = shopsFor(request.remoteAddress);
    if (shop !== undefined && slots !== undefined) return answerSlots(await shops.slots(shop, slots));
    const known = request.headers['if-none-match'];
    if (known !== undefined) {
      // What most who ask again get, and it costs no menu.
      const state = await shops.stateOf({ shop, after });
      const etag = entityTagOf(state);
      if (state !== '' && namesTag(known, etag)) return { status: 304, headers: headersOf(etag), body: '' };
    }
    if (shop === undefined) return answer(await shops.list(after));
    const found = await shops.byId(shop);
    if (found === undefined) throw new Refusal('shop_not_found', 'there is no such shop');
    return answer({ shops: [found.shop], next: undefined, state: found.state });
  };
}

function readQuery({ query, repeatedQuery }: Parameters<HttpHandler>[0]): Record<string, string | undefined> {
  const unknown = Object.keys(query).filter(name => !['shop', 'after', 'slots'].includes(name));
  const wrong = [
    ...unknown.map(path => ({ path, message: 'unknown parameter' })),
    ...repeatedQuery.map(path => ({ path, message: 'stands twice' })),
    ...Object.entries(query)
      .filter(([, value]) => value.includes('\0') || value.length > 100)
      .map(([path]) => ({ path, message: 'is not an id' })),
  ];
  if (wrong.length > 0) throw new Refusal('invalid_request', 'the request is not valid', { fields: wrong });
  if (query.shop !== undefined && query.after !== undefined) {
    throw new Refusal('invalid_request', 'ask for one shop or for a page, not both');
  }
  if (query.slots !== undefined && (query.shop === undefined || !isDay(query.slots))) {
    const message = 'must be a day, as in 2025-01-31, and stand beside a shop';
    throw new Refusal('invalid_request', 'the request is not valid', { fields: [{ path: 'slots', message }] });
  }
  return query;
}

/** Others order meanwhile, so nothing of it is kept. */
function answerSlots(slots: string | undefined): HttpAnswer {
  if (slots === undefined) throw new Refusal('shop_not_found', 'there is no such shop');
  const headers = { 'cache-control': 'no-store', 'content-type': 'application/json' };
  return { status: 200, headers, body: `{"slots":${slots}}` };
}

function answer({ shops, next, state }: Awaited<ReturnType<Shops['list']>>): HttpAnswer {
  const cursor = next === undefined ? '' : `,"next":${JSON.stringify(next)}`;
  const body = `{"shops":[${shops.join()}]${cursor}}`;
  return { status: 200, headers: { ...headersOf(entityTagOf(state)), 'content-type': 'application/json' }, body };
}

/** May be kept, but is asked for anew each time. */
function headersOf(etag: string): Record<string, string> {
  return { etag, 'cache-control': 'no-cache' };
}

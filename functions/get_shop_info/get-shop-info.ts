import type { HttpAnswer, HttpHandler } from '../domain/handlers.ts';
import type { Shops } from '../domain/ports.ts';
import { Refusal } from '../domain/refusal.ts';
import { entityTagOf, namesTag } from './entity-tag.ts';

/** `GET /get_shop_info`: one shop, or up to 100 with the cursor of the next page; 304 when the caller has it already. */
export function getShopInfo(shops: Pick<Shops, 'byId' | 'list'>): HttpHandler {
  return async request => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new Refusal('method_not_allowed', 'shops are read with GET');
    }
    const { shop, after } = readQuery(request);
    const known = request.headers['if-none-match'];
    if (shop === undefined) return answer(await shops.list(after), known);
    const found = await shops.byId(shop);
    if (found === undefined) throw new Refusal('shop_not_found', 'there is no such shop');
    return answer({ shops: [found], next: undefined }, known);
  };
}

function readQuery({ query, repeatedQuery }: Parameters<HttpHandler>[0]): Record<string, string | undefined> {
  const unknown = Object.keys(query).filter(name => name !== 'shop' && name !== 'after');
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
  return query;
}

function answer({ shops, next }: { shops: string[]; next: string | undefined }, known: string | undefined): HttpAnswer {
  const cursor = next === undefined ? '' : `,"next":${JSON.stringify(next)}`;
  const body = `{"shops":[${shops.join()}]${cursor}}`;
  const etag = entityTagOf(body);
  // May be kept, but is asked for anew each time.
  const headers = { etag, 'cache-control': 'no-cache' };
  if (namesTag(known, etag)) return { status: 304, headers, body: '' };
  return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body };
}

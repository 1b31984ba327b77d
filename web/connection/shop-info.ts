import { readAnswer } from '../../functions/domain/answer.ts';
import { isShopsPage, type ShopsPage } from '../../functions/domain/received.ts';
import { request } from './request.ts';

/** An answer to a reading that takes longer is not waited for. */
const READ_MS = 15_000;

/** What was read, and the `Date` of the answer; `missing`: we have answered that there is no such shop. */
export interface ShopInfo {
  page: ShopsPage | 'missing';
  date: string | null;
}

/**
 * Reads `get_shop_info`: one shop, or a page of all. Only our own word counts: a foreign 404 is no missing shop, and a
 * foreign 200 is no menu.
 * @throws Error when there is no answer of ours
 */
export async function readShopInfo(
  url: string,
  query: Record<string, string>,
  fetching?: typeof fetch,
): Promise<ShopInfo> {
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  // `no-cache`: the browser asks with the tag of what it has, and hands that out when nothing has changed.
  const reply = await request(address, { cache: 'no-cache' }, READ_MS, fetching);
  const answer = readAnswer(reply, isShopsPage);
  const date = reply.header('date');
  if (answer.type === 'value' && isAsked(answer.value, query.shop)) return { page: answer.value, date };
  if (answer.type === 'refusal' && answer.error.code === 'shop_not_found') return { page: 'missing', date };
  throw new Error(`shops: ${answer.type} ${reply.status}`);
}

function isAsked({ shops }: ShopsPage, shop: string | undefined): boolean {
  return shop === undefined || shops.some(({ id }) => id === shop);
}

import { isRecord, parseOrNothing } from '../../functions/domain/answer.ts';
import { request } from './request.ts';

/** Where the functions and the gateway are. */
export interface Addresses {
  bill: string;
  getShopInfo: string;
  /** `ws:` or `wss:`. */
  webSocket: string;
  /** Of the chat room, `ws:` or `wss:`. */
  chat: string;
}

/**
 * Reads `config.json`, which lies beside the pages:
 *
 * - `api`: where `/bill` and `/get_shop_info` are, without a slash at the end; empty: this origin
 * - `bill`, `getShopInfo`: the whole address of the one function, where each has its own
 * - `websocket`: the whole address; empty: `/pgws` of this origin
 * - `chat`: the whole address; empty: `/chat` of this origin
 *
 * Gives `undefined` for what is not this file: it says where the functions are, and each of these is text or absent.
 * Nobody guesses then: an order that is sent to a wrong address gets a wrong answer.
 */
export function readAddresses(config: unknown, pageUrl: string): Addresses | undefined {
  if (!isRecord(config)) return undefined;
  const { api, bill, getShopInfo, websocket, chat } = config;
  const areTexts = [api, bill, getShopInfo, websocket, chat].every(
    each => each === undefined || typeof each === 'string',
  );
  if (!areTexts || (api === undefined && (bill === undefined || getShopInfo === undefined))) return undefined;
  const given = (name: string) => String(config[name] ?? '').trim();
  const base = given('api').replace(/\/+$/, '');
  try {
    return {
      bill: new URL(given('bill') || `${base}/bill`, pageUrl).href,
      getShopInfo: new URL(given('getShopInfo') || `${base}/get_shop_info`, pageUrl).href,
      webSocket: webSocketUrl(given('websocket') || '/pgws', pageUrl),
      chat: webSocketUrl(given('chat') || '/chat', pageUrl),
    };
  } catch {
    return undefined; // one of them is no address
  }
}

function webSocketUrl(address: string, pageUrl: string): string {
  const url = new URL(address, pageUrl);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  return url.href;
}

/** An answer that takes longer is not waited for. */
const READ_MS = 5_000;

/** Asks for `config.json` once. `addresses` is `undefined` when what has come is not that file. Rejects as `fetch` does. */
export async function fetchAddresses(
  pageUrl: string,
  fetching?: typeof fetch,
): Promise<{ addresses: Addresses | undefined; date: string | null }> {
  const reply = await request(new URL('config.json', pageUrl), { cache: 'no-cache' }, READ_MS, fetching);
  const addresses = reply.status === 200 ? readAddresses(parseOrNothing(reply.text), pageUrl) : undefined;
  return { addresses, date: reply.header('date') };
}

/** Where the functions and the gateway are. */
export interface Addresses {
  bill: string;
  getShopInfo: string;
  /** `ws:` or `wss:`. */
  webSocket: string;
}

/**
 * Reads `config.json`, which lies beside the pages:
 *
 * - `api`: where `/bill` and `/get_shop_info` are, without a slash at the end; empty: this origin
 * - `bill`, `getShopInfo`: the whole address of the one function, where each has its own
 * - `websocket`: the whole address; empty: `/pgws` of this origin
 *
 * What is missing or no text counts as empty, so that a page without the file works against its own origin.
 */
export function readAddresses(config: unknown, pageUrl: string): Addresses {
  const given = (name: string): string => {
    const value = typeof config === 'object' && config !== null ? (config as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' ? value.trim() : '';
  };
  const api = given('api').replace(/\/+$/, '');
  const webSocket = new URL(given('websocket') || '/pgws', pageUrl);
  webSocket.protocol = webSocket.protocol.replace(/^http/, 'ws');
  return {
    bill: new URL(given('bill') || `${api}/bill`, pageUrl).href,
    getShopInfo: new URL(given('getShopInfo') || `${api}/get_shop_info`, pageUrl).href,
    webSocket: webSocket.href,
  };
}

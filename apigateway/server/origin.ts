/** Which pages may open a connection. */
export interface OriginPolicy {
  /** Origins as browsers write them, e.g. `https://shop.example`. */
  origins: readonly string[];
  /** Whether pages of localhost, 127.0.0.1 and [::1] at any port are let in: the local mode. */
  allowsLocal: boolean;
}

const localHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The rule of the wire: on the list or the page's own origin is let in; none at all (not a browser) is let in, the key
 * decides; anything else, `null` among it, is not. `host` is the request's Host header.
 */
export function allowsOrigin(policy: OriginPolicy, origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || policy.origins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  // What is not written as a browser writes it (a path, credentials, upper case) is somebody's trick.
  if (page.origin !== origin || (page.protocol !== 'http:' && page.protocol !== 'https:')) return false;
  return page.host === host?.toLowerCase() || (policy.allowsLocal && localHosts.has(page.hostname));
}

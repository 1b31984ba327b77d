import { isListed, readOrigin } from '../../origin.ts';

/** Which pages may open a connection. */
export interface OriginPolicy {
  /** Origins as `readOrigin` spells them, e.g. `https://shop.example`. */
  origins: readonly string[];
  /** Whether pages of localhost, 127.0.0.1 and [::1] at any port are let in: the local mode. */
  allowsLocal: boolean;
}

const localHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The rule of the wire: on the list or the page's own origin is let in; none at all (not a browser) is let in, the key
 * decides; anything else is not, nor is `null` unless it is on the list; `*` there stands for all. `host` is the request's Host header.
 */
export function allowsOrigin(policy: OriginPolicy, given: string | undefined, host: string | undefined): boolean {
  if (given === undefined) return true;
  if (isListed(policy.origins, given)) return true;
  const origin = readOrigin(given);
  if (origin === undefined || !/^https?:/.test(origin)) return false;
  const page = new URL(origin);
  return isSameHost(page, host) || (policy.allowsLocal && localHosts.has(page.hostname));
}

/** Whether a page's host is that of a Host header. TLS ends before us, so the scheme is not known. */
function isSameHost(page: URL, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  return hostAndPortOf(page) === hostAndPortOf(new URL(`http://${host}`));
}

/** Some clients and proxies write the default port, and a name may end with the dot of the root. */
function hostAndPortOf({ hostname, port }: URL): string {
  const isDefault = port === '' || port === '80' || port === '443';
  return `${hostname.replace(/\.$/, '')}${isDefault ? '' : `:${port}`}`;
}

import type { IncomingMessage } from 'node:http';
import { readAddress, unquoted } from '../../network-address.ts';
import { membersFromEnd } from './list.ts';

/** How the caller's address is found out. */
export interface AddressRule {
  /** How many proxies of our own stand before us, each of which adds a member to the header. */
  trustedProxies: number;
  /** The header in which the platform before us says it, and that nobody else can set; in lower case. */
  addressHeader?: string | undefined;
}

/**
 * The caller's address in its one spelling; empty when those we trust do not say it. Each proxy of ours adds the address
 * it saw to the end of `x-forwarded-for`, or of `forwarded` where there is no other. What stands further left was written
 * by the caller and is worth nothing.
 */
export function remoteAddressOf(request: IncomingMessage, { trustedProxies, addressHeader }: AddressRule): string {
  const { headers, socket } = request;
  if (addressHeader !== undefined) {
    return readAddress(readStated(headers, addressHeader, Math.max(1, trustedProxies)) ?? '') ?? '';
  }
  const direct = readAddress(socket.remoteAddress ?? '') ?? '';
  if (trustedProxies === 0) return direct;
  const name = headers['x-forwarded-for'] === undefined ? 'forwarded' : 'x-forwarded-for';
  const stated = readStated(headers, name, trustedProxies);
  if (stated === undefined) return direct;
  // Whoever the proxy does not name must not share the proxy's address with all others.
  return hidden.test(stated) ? '' : (readAddress(stated) ?? direct);
}

/**
 * Whether the caller speaks https to the outermost of our proxies, or to the platform: only theirs is the last word in
 * `x-forwarded-proto`.
 */
export function isSecure({ headers }: IncomingMessage, { trustedProxies, addressHeader }: AddressRule): boolean {
  if (trustedProxies === 0 && addressHeader === undefined) return false;
  return readStated(headers, 'x-forwarded-proto', Math.max(1, trustedProxies))?.toLowerCase() === 'https';
}

/** What a proxy writes that does not know the caller, or hides it (RFC 7239, sections 6.2 and 6.3). */
const hidden = /^(unknown|_[\w.-]+)(:\w+)?$/i;

/** The member of a header that the outermost of so many proxies has added: the first, when there are fewer. */
function readStated(headers: NodeJS.Dict<string | string[]>, name: string, proxies: number): string | undefined {
  const value = headers[name];
  const list = Array.isArray(value) ? value.join(',') : (value ?? '');
  let found: string | undefined;
  let left = proxies;
  for (const member of membersFromEnd(list)) {
    found = name === 'forwarded' ? readFor(member) : unquoted(member);
    left -= 1;
    if (left === 0) break;
  }
  return found;
}

/** The `for` of a member of `Forwarded`; a proxy that leaves it out does not name the caller. */
function readFor(member: string): string {
  for (const pair of membersFromEnd(member, ';')) {
    const [, value] = /^for\s*=\s*(.*)$/is.exec(pair) ?? [];
    if (value !== undefined) return unquoted(value);
  }
  return 'unknown';
}

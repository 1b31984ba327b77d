import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** How the caller's address is found out. */
export interface AddressRule {
  trustedProxies: number;
  /** A header in which the platform before us says it, and that nobody else can set; in lower case. */
  addressHeader?: string | undefined;
}

/**
 * The caller's address; empty when the platform, asked by `addressHeader`, does not say. Each of `trustedProxies` hops before us has added the address it saw to the end of
 * `x-forwarded-for`; what stands further left was written by the caller and is worth nothing.
 */
export function remoteAddressOf(request: IncomingMessage, { trustedProxies, addressHeader }: AddressRule): string {
  if (addressHeader !== undefined) return stated(request.headers[addressHeader]);
  const direct = plain(request.socket.remoteAddress ?? '');
  if (trustedProxies === 0) return direct;
  const hops = [...forwardedFor(request), direct];
  const claimed = hops[Math.max(0, hops.length - 1 - trustedProxies)] ?? direct;
  return isIP(claimed) === 0 ? direct : claimed;
}

function stated(header: string | string[] | undefined): string {
  const address = plain(String(header ?? '').trim());
  return isIP(address) === 0 ? '' : address;
}

function forwardedFor({ headers }: IncomingMessage): string[] {
  const header = headers['x-forwarded-for'];
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text === '' ? [] : text.split(',').map(each => plain(each.trim()));
}

/** IPv4 as it is written everywhere else: sockets that listen on both families prefix it. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

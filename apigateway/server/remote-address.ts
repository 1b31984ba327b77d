import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * The caller's address. Each of `trustedProxies` hops before us has added the address it saw to the end of
 * `x-forwarded-for`; what stands further left was written by the caller and is worth nothing.
 */
export function remoteAddressOf(request: IncomingMessage, trustedProxies: number): string {
  const direct = plain(request.socket.remoteAddress ?? '');
  if (trustedProxies === 0) return direct;
  const hops = [...forwardedFor(request), direct];
  const claimed = hops[Math.max(0, hops.length - 1 - trustedProxies)] ?? direct;
  return isIP(claimed) === 0 ? direct : claimed;
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

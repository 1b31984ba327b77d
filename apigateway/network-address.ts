/**
 * An IP address out of what proxies and platforms write for one: with a port, in brackets or quotes, with a zone, IPv4
 * mapped into IPv6 (RFC 7239, section 6; Azure writes `address:port`). Each address comes out in one spelling: IPv4 with
 * dots, IPv6 as in RFC 5952, without its zone. `undefined` when it is no address, as `unknown` and `_hidden`.
 */
export function readAddress(text: string): string | undefined {
  const node = unquoted(text.trim());
  const [, ipv6 = node] = bracketed.exec(node) ?? [];
  const [, ipv4 = node] = withPort.exec(node) ?? [];
  return ipv4Pattern.test(ipv4) ? ipv4 : readIpv6(ipv6);
}

/**
 * What limits count an address as: one caller commands a whole /64 of IPv6, so that counts as one. Link-local addresses
 * count one by one, since all of them lie in one /64, and an IPv4 address behind the prefix of RFC 6052 counts as itself.
 * `undefined` when the text is no address.
 */
export function countedAddress(text: string): string | undefined {
  const address = readAddress(text);
  if (address === undefined || !address.includes(':') || linkLocal.test(address)) return address;
  return embeddedIpv4(translated, address) ?? `${groupsOf(address).slice(0, 4).join(':')}::/64`;
}

const bracketed = /^\[([^[\]]*)\](?::(?:\d{1,5}|_[\w.-]+))?$/;
const withPort = /^([\d.]+):(?:\d{1,5}|_[\w.-]+)$/;
const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4Pattern = new RegExp(`^${byte}(?:\\.${byte}){3}$`);
const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/;
const translated = /^64:ff9b::([\da-f]+):([\da-f]+)$/;
const linkLocal = /^fe[89ab]/;

/** A quoted string without its quotes and escapes (RFC 9110, section 5.6.4). */
export function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : text;
}

function readIpv6(text: string): string | undefined {
  const [address = ''] = text.split('%', 1);
  if (!/^[\da-f:.]{2,45}$/i.test(address) || !URL.canParse(`http://[${address}]`)) return undefined;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return embeddedIpv4(mapped, canonical) ?? canonical;
}

function embeddedIpv4(pattern: RegExp, address: string): string | undefined {
  const [, high, low] = pattern.exec(address) ?? [];
  if (high === undefined || low === undefined) return undefined;
  return [high, low].flatMap(group => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]).join('.');
}

/** The eight groups of an IPv6 address in its one spelling. */
function groupsOf(address: string): string[] {
  const [left = '', right] = address.split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}

import { BlockList, isIPv4 } from 'node:net';
import { readAddress } from '../../apigateway/network-address.ts';

/** Addresses that are nobody's on the internet: private, link-local, loopback, shared, multicast, documentation (RFC 6890). */
const special = new BlockList();
const ipv4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
const ipv6: [string, number][] = [
  // Teredo and others of the IETF, documentation, 6to4, which carries any address of IPv4.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];
for (const [net, prefix] of ipv4) special.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of ipv6) special.addSubnet(net, prefix, 'ipv6');

/** What is given out of IPv6: all that is public lies in it, an address of IPv4 behind a translator does not. */
const given = new BlockList();
given.addSubnet('2000::', 3, 'ipv6');

/** Whether an address is one that anybody on the internet could be asked at. */
export function isPublicAddress(text: string): boolean {
  const address = readAddress(text);
  if (address === undefined) return false;
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  return given.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** Whether an address is this machine's own. */
export function isOwnAddress(text: string): boolean {
  const address = readAddress(text);
  return address === '::1' || address?.startsWith('127.') === true;
}

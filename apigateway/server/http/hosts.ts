/** Whether a request's Host header names a host that is served here. */
export type HostRule = (host: string | undefined) => boolean;

/**
 * Makes the rule for a list of hosts, without ports, as in `localhost` or `[::1]`; without a list any host is served.
 * A page of a stranger's name that resolves to this machine (DNS rebinding) then gets nothing: a browser always says what
 * it was asked for, so a request of HTTP/1.0 that names no host is none of a page.
 */
export function createHostRule(hosts: readonly string[] | undefined): HostRule {
  if (hosts === undefined) return () => true;
  const served = new Set(hosts.map(nameOf));
  return host => host === undefined || served.has(nameOf(host));
}

/** A host in lower case, without its port and the dot of the root. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

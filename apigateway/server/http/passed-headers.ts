/** The headers of a request that a function gets. What tells of the caller's address is the gateway's to say. */
export function headersToPassOn(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || /^(x-scf-|x-forwarded-|forwarded$|x-real-ip$|x-request-id$)/.test(name)) continue;
    kept.push([name, typeof value === 'string' ? value : value.join(', ')]);
  }
  return Object.fromEntries(kept);
}

import { record } from './record.ts';

/** The headers of an event by their names in lower case, whatever their case there; repeated ones joined by commas. */
export function lowerCaseHeaders(headers: unknown): Record<string, string> {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(record(headers))) {
    if (typeof value === 'string') entries.push([name.toLowerCase(), value]);
    else if (Array.isArray(value)) entries.push([name.toLowerCase(), value.join(', ')]);
  }
  return Object.fromEntries(entries);
}

/** The subprotocols that a client offers in `sec-websocket-protocol`, in its order. */
export function offeredProtocols(header: string): string[] {
  return header
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
}

import { record, textsOf } from './record.ts';

/** The headers of an event by their names in lower case, whatever their case there; repeated ones joined by commas. */
export function lowerCaseHeaders(headers: unknown): Record<string, string> {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(record(headers))) {
    const texts = textsOf(value);
    if (texts.length > 0) entries.push([name.toLowerCase(), texts.join(', ')]);
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

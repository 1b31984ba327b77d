/** Bytes of a payload; PostgreSQL takes fewer than 8,000. */
const MAX_BYTES = 7_900;
const partLine = /^~ (\S+) (\d+) (\d+)\n/;

/** A message as payloads of NOTIFY: as it is, or in numbered parts that `id` holds together. */
export function partsOf(text: string, id: string): string[] {
  if (text.length * 3 <= MAX_BYTES) return [text];
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_BYTES) return [text];
  const room = MAX_BYTES - id.length - 20;
  const parts: string[] = [];
  for (let from = 0, to = 0; from < bytes.length; from = to) {
    to = Math.min(from + room, bytes.length);
    // Not within a character: its later bytes begin with the bits 10.
    while (to < bytes.length && ((bytes[to] ?? 0) & 0xc0) === 0x80) to--;
    parts.push(bytes.toString('utf8', from, to));
  }
  return parts.map((part, index) => `~ ${id} ${index} ${parts.length}\n${part}`);
}

/**
 * Puts parts together again. Those of one message are sent by one statement, so they arrive in order and with nothing
 * between them; what is not complete then never will be.
 */
export function receiveParts(onMessage: (text: string) => void): (payload: string) => void {
  let id: string | undefined;
  let parts: string[] = [];
  return payload => {
    const [line = '', of, index, count] = partLine.exec(payload) ?? [];
    if (line === '') return onMessage(payload);
    if (index === '0') [id, parts] = [of, []];
    if (of !== id || Number(index) !== parts.length) return;
    parts.push(payload.slice(line.length));
    if (parts.length < Number(count)) return;
    id = undefined;
    onMessage(parts.join(''));
  };
}

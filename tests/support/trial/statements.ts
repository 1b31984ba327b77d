/**
 * Reads what a client sends to PostgreSQL, chunk by chunk, and gives the texts of the statements that each chunk runs:
 * also of those that were prepared before and are named only.
 * @see PostgreSQL documentation, "Message Formats"
 */
export function readStatements(): (chunk: Buffer) => string[] {
  const prepared = new Map<string, string>();
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;

  /** The text that a message runs. */
  function take(type: string, body: Buffer): string | undefined {
    if (type === 'Q') return textAt(body, 0).text;
    if (type === 'P') {
      const name = textAt(body, 0);
      prepared.set(name.text, textAt(body, name.end).text);
    }
    // Bind: the portal's name, then the statement's.
    return type === 'B' ? prepared.get(textAt(body, textAt(body, 0).end).text) : undefined;
  }

  return chunk => {
    const texts: string[] = [];
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const typeBytes = isStarted ? 1 : 0; // the first message of a connection has none
      if (rest.length < typeBytes + 4) return texts;
      const end = typeBytes + rest.readUInt32BE(typeBytes);
      if (rest.length < end) return texts;
      const type = String.fromCharCode(rest[0] ?? 0);
      const text = isStarted ? take(type, rest.subarray(5, end)) : undefined;
      if (text !== undefined) texts.push(text);
      isStarted = true;
      rest = rest.subarray(end);
    }
  };
}

function textAt(bytes: Buffer, start: number): { text: string; end: number } {
  const end = bytes.indexOf(0, start);
  return { text: bytes.toString('utf8', start, end), end: end + 1 };
}

/**
 * Watches the bytes that a client sends for a frame whose payload, as it is on the wire, is larger than allowed, and calls
 * back once, as soon as its header is there. ws limits messages alone, however many frames they come in.
 */
export function watchFrameSizes(maxBytes: number, onTooLarge: () => void): (chunk: Buffer) => void {
  /** What has come of a header (RFC 6455, section 5.2). */
  const header: number[] = [];
  let payloadLeft = 0;
  let isOver = false;

  return chunk => {
    for (let at = 0; at < chunk.length && !isOver; ) {
      if (payloadLeft > 0) {
        const step = Math.min(payloadLeft, chunk.length - at);
        payloadLeft -= step;
        at += step;
        continue;
      }
      header.push(chunk[at++] ?? 0);
      const length = payloadLength(header);
      if (length === undefined) continue;
      isOver = length > maxBytes;
      payloadLeft = length + maskLength(header);
      header.length = 0;
    }
    if (!isOver) return;
    payloadLeft = Number.POSITIVE_INFINITY;
    isOver = false;
    onTooLarge();
  };
}

/** `undefined` while the header is not complete. */
function payloadLength([first, second, ...extended]: number[]): number | undefined {
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  if (short < 126) return short;
  const bytes = short === 126 ? 2 : 8;
  if (extended.length < bytes) return undefined;
  return extended.reduce((value, byte) => value * 256 + byte, 0);
}

function maskLength([, second = 0]: number[]): number {
  return (second & 0x80) > 0 ? 4 : 0;
}

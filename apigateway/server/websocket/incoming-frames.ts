/** What is held for a chunk of bytes besides these, and for each frame of a message that comes in several: bytes. */
const CHUNK_BYTES = 512;
const FRAGMENT_BYTES = 128;

/** What is done with what clients send. */
export interface IncomingRules<Client> {
  /** The largest payload of a frame, as it is on the wire. ws limits messages alone, however many frames they come in. */
  maxBytes: number;
  /** A larger frame has begun; called once. */
  onTooLarge(client: Client): void;
  /** So many bytes more are held for a message that is not there in whole. */
  onHeld(bytes: number): void;
  /** So many frames have begun that are not the last of their message. */
  onFragments(client: Client, count: number): void;
}

/**
 * Watches the bytes that a client sends, by the headers of its frames (RFC 6455, section 5.2), before ws reads them. ws
 * keeps what it gets until a message is there in whole: piece by piece, so that a message of many small ones takes a
 * hundred times its bytes.
 */
export class IncomingFrames<Client> {
  /** What is held for a message that is not there in whole, bytes of memory. */
  heldBytes = 0;
  readonly #client: Client;
  readonly #rules: IncomingRules<Client>;
  /** Bytes of a header that have come, and what they said. */
  #headerBytes = 0;
  #first = 0;
  #second = 0;
  #length = 0;
  /** Bytes of the payload, and its mask, that are still to come. */
  #payloadLeft = 0;
  #isInMessage = false;
  #isOver = false;

  constructor(client: Client, rules: IncomingRules<Client>) {
    this.#client = client;
    this.#rules = rules;
  }

  read(chunk: Buffer): void {
    if (this.#isOver || this.#isOneShortFrame(chunk)) return;
    let fragments = 0;
    for (let at = 0; at < chunk.length; ) {
      if (this.#payloadLeft > 0) {
        const step = Math.min(this.#payloadLeft, chunk.length - at);
        this.#payloadLeft -= step;
        at += step;
      } else {
        if (!this.#takeHeader(chunk[at++] ?? 0)) continue;
        if (this.#length > this.#rules.maxBytes) {
          this.#isOver = true;
          this.#rules.onTooLarge(this.#client);
          return;
        }
        if (!this.#isControl && !this.#isFinal) fragments += 1;
      }
      if (this.#payloadLeft === 0) this.#endFrame();
    }
    if (fragments > 0) this.#rules.onFragments(this.#client, fragments);
    const isWhole = !this.#isInMessage && this.#headerBytes === 0 && this.#payloadLeft === 0;
    if (isWhole) {
      // A control frame that came in two pieces is gone as well.
      this.heldBytes = 0;
      return;
    }
    const held = CHUNK_BYTES + chunk.length + fragments * FRAGMENT_BYTES;
    this.heldBytes += held;
    this.#rules.onHeld(held);
  }

  /** As nearly all that clients send: a whole frame of less than 126 bytes, and nothing else. */
  #isOneShortFrame(chunk: Buffer): boolean {
    if (this.#isInMessage || this.#headerBytes > 0 || this.#payloadLeft > 0) return false;
    const [first = 0, second = 0] = chunk;
    const length = second - 0x80;
    return (
      first >= 0x80 && length >= 0 && length < 126 && chunk.length === length + 6 && length <= this.#rules.maxBytes
    );
  }

  /** Says whether the header is there in whole. */
  #takeHeader(byte: number): boolean {
    this.#headerBytes += 1;
    if (this.#headerBytes === 1) {
      this.#first = byte;
      return false;
    }
    if (this.#headerBytes === 2) {
      this.#second = byte;
      this.#length = (byte & 0x7f) < 126 ? byte & 0x7f : 0;
    } else {
      this.#length = this.#length * 256 + byte;
    }
    const short = this.#second & 0x7f;
    if (this.#headerBytes < 2 + (short < 126 ? 0 : short === 126 ? 2 : 8)) return false;
    this.#headerBytes = 0;
    this.#payloadLeft = this.#length + ((this.#second & 0x80) > 0 ? 4 : 0);
    // Control frames may come between those of a message.
    if (!this.#isControl && !this.#isFinal) this.#isInMessage = true;
    return true;
  }

  #endFrame(): void {
    if (this.#isControl || !this.#isFinal) return;
    this.#isInMessage = false;
    this.heldBytes = 0;
  }

  get #isFinal(): boolean {
    return (this.#first & 0x80) > 0;
  }

  get #isControl(): boolean {
    return (this.#first & 0x08) > 0;
  }
}

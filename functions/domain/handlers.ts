/** What a use case gets and gives, whatever gateway stands before it. A dialect translates its events to these. */

/** An HTTP request. Header names are lower case; the body is the bytes that came over the wire. */
export interface HttpRequest {
  method: string;
  path: string;
  /** A parameter that was given twice is not here but in `repeatedQuery`. */
  query: Readonly<Record<string, string>>;
  repeatedQuery: readonly string[];
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** The caller's network address as the platform knows it; `undefined` where the platform does not say. */
  remoteAddress: string | undefined;
  requestId: string;
}

/** An HTTP answer. The dialect adds `x-request-id`. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpAnswer>;

/** A client asks for a connection. */
export interface Connecting {
  connectionId: string;
  remoteAddress: string | undefined;
  /** Every frame of it will say `remoteAddress` again. */
  framesTellCaller?: boolean;
  requestId: string;
}
/** `accepted: false` refuses the handshake; `message` is for the log. */
export type RegisterHandler = (connecting: Connecting) => Promise<{ accepted: boolean; message: string }>;

/** A frame came in. `text` is `undefined` when the frame was binary. */
export interface IncomingFrame {
  connectionId: string;
  text: string | undefined;
  /** Empty where the gateway does not know it; `undefined` where it does not say it with frames. */
  remoteAddress?: string | undefined;
  requestId: string;
}
export type TransportHandler = (frame: IncomingFrame) => Promise<void>;

/** A connection closed. */
export interface Closing {
  connectionId: string;
  /** `false`: it is known that no frame came in on it. */
  hasSpoken?: boolean;
  requestId: string;
}
export type CleanupHandler = (closing: Closing) => Promise<void>;

/** The wire of `/chat`, as types, and the parser a client needs for what the server sends. PROTOCOL.md is its prose. */

/** Code points of a message, at most; at least one. */
export const MAX_MESSAGE_CHARACTERS = 2_000;

/** What a client may send. Any other text is a message to everybody else. */
export type ChatClientFrame =
  | { action: 'join' }
  /** `to`: the four letters of the one who is to get it; without, everybody else. */
  | { action: 'sendmessage'; data: string; to?: string };

/** Somebody said something. `online` counts everybody, the reader included. */
export interface MessageFrame {
  type: 'message';
  from: string;
  data: string;
  online: number;
  /** It went to nobody else. */
  direct?: true;
}

/** Somebody came or left. The answer to `join` says who the reader is: `you`. */
export interface PresenceFrame {
  type: 'presence';
  online: number;
  you?: string;
}

/** Something was wrong with a frame; the connection stays open unless it is closed. */
export interface ChatErrorFrame {
  type: 'error';
  error: { code: string; message: string };
  retryAfterMs?: number;
}

/** What the server may send. */
export type ChatServerFrame = MessageFrame | PresenceFrame | ChatErrorFrame;

/** Reads a frame of the server; `undefined` for what a client has to ignore. The server is trusted to keep to the shapes. */
export function parseChatServerFrame(text: string): ChatServerFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  const { type } = value;
  return type === 'message' || type === 'presence' || type === 'error' ? (value as ChatServerFrame) : undefined;
}

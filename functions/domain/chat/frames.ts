import { isRecord, parseOrNothing } from '../answer.ts';

/** The wire of `/chat`, as types, and the parser a client needs for what the server sends. docs/protocol/chat.md is its prose. */

/** Code points of a message, at most; at least one. */
export const MAX_MESSAGE_CHARACTERS = 2_000;

/** What a client may send. Any other text is a message to everybody else. */
export type ChatClientFrame =
  /** `pass`: the last one that this client was given, on whichever connection. */
  | { action: 'join'; pass?: string }
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
  /** So many of those who have just joined were here before, as after a reload of their page. */
  back?: number;
  you?: string;
  /** With `you`: shown in the `join` of a later connection, it brings this name back. To be kept to oneself. */
  pass?: string;
}

/** Characters of a pass, at most. */
export const MAX_PASS_CHARACTERS = 1_024;

/** Something was wrong with a frame; the connection stays open unless it is closed. */
export interface ChatErrorFrame {
  type: 'error';
  error: { code: string; message: string };
  retryAfterMs?: number;
}

/** Sent by the gateway after `everySeconds` without another frame: the link is alive. Not every gateway has it. */
export interface ChatAliveFrame {
  type: 'alive';
  everySeconds: number;
}

/** What the server may send. */
export type ChatServerFrame = MessageFrame | PresenceFrame | ChatErrorFrame | ChatAliveFrame;

/** Reads a frame of the server; `undefined` for what a client has to ignore: unknown types, and frames of a gateway's own. */
export function parseChatServerFrame(text: string): ChatServerFrame | undefined {
  const value = parseOrNothing(text);
  return isRecord(value) && isOurs(value) ? (value as unknown as ChatServerFrame) : undefined;
}

function isOurs({ type, from, data, online, error, everySeconds, ...more }: Record<string, unknown>): boolean {
  if (type === 'alive') return typeof everySeconds === 'number' && everySeconds > 0;
  if (type === 'message') return typeof from === 'string' && typeof data === 'string' && typeof online === 'number';
  if (type === 'presence') return typeof online === 'number' && isPresence(more);
  return type === 'error' && isRecord(error) && typeof error.code === 'string';
}

function isPresence({ back = 0, you = '', pass = '' }: Record<string, unknown>): boolean {
  return typeof back === 'number' && typeof you === 'string' && typeof pass === 'string';
}

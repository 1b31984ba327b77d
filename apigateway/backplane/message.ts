import type { PushOutcome } from '../push.ts';

/** A frame for a connection; without `data` the connection is to be closed. */
export interface Parcel {
  connectionId: string;
  /** The API through whose address it was pushed: for a connection of another one there is nobody there. */
  apiId?: string;
  data?: string | Buffer;
}

/** What travels over a backplane. */
export type Message =
  | { type: 'push'; from: string; number: number; parcel: Parcel }
  | { type: 'answers'; answers: [number: number, outcome: PushOutcome][] };

// A push is one line and then the frame as it is: JSON within JSON would be a third longer, and NOTIFY has little room.
const pushLine = /^> ([a-z0-9]+) (\d+) ([tbc]) ([\w.~-]+)(?: ([\w-]+))?\n/;
const letterOf: Record<PushOutcome, string> = { sent: 's', gone: 'g', unknown: 'u' };
const outcomeOf: Record<string, PushOutcome> = { s: 'sent', g: 'gone', u: 'unknown' };

/** Writes a push. `from` is where the answer goes. */
export function encodePush(from: string, number: number, { connectionId, apiId, data }: Parcel): string {
  const kind = data === undefined ? 'c' : typeof data === 'string' ? 't' : 'b';
  const text = data === undefined ? '' : typeof data === 'string' ? data : data.toString('base64');
  const api = apiId === undefined ? '' : ` ${Buffer.from(apiId).toString('base64url')}`;
  return `> ${from} ${number} ${kind} ${connectionId}${api}\n${text}`;
}

/** Writes answers to one process. */
export function encodeAnswers(answers: readonly [number: number, outcome: PushOutcome][]): string {
  return `< ${answers.map(([number, outcome]) => `${number}${letterOf[outcome]}`).join(' ')}`;
}

/** Reads what has come; `undefined` when it is neither, as anybody may write into a channel. */
export function decodeMessage(text: string): Message | undefined {
  if (text.startsWith('< ')) return { type: 'answers', answers: text.slice(2).split(' ').flatMap(decodeAnswer) };
  const [line = '', from = '', number, kind, connectionId = '', api] = pushLine.exec(text) ?? [];
  if (line === '') return undefined;
  const rest = text.slice(line.length);
  const data = kind === 'c' ? {} : { data: kind === 't' ? rest : Buffer.from(rest, 'base64') };
  const named = api === undefined ? {} : { apiId: Buffer.from(api, 'base64url').toString() };
  return { type: 'push', from, number: Number(number), parcel: { connectionId, ...named, ...data } };
}

function decodeAnswer(text: string): [number: number, outcome: PushOutcome][] {
  const outcome = outcomeOf[text.at(-1) ?? ''];
  const number = Number(text.slice(0, -1));
  return outcome === undefined || !Number.isSafeInteger(number) ? [] : [[number, outcome]];
}

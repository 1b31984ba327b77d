import {
  type ChatClientFrame,
  type ChatServerFrame,
  type PresenceFrame,
  parseChatServerFrame,
} from '../../functions/domain/chat/frames.ts';
import {
  connect,
  type Machine,
  type SocketEffect,
  type SocketInput,
  type Surroundings,
} from '../connection/connect.ts';
import {
  ANSWER_MS,
  connectLink,
  greetLink,
  hurryLink,
  type Link,
  linkAgenda,
  loseLink,
  newLink,
  welcomeLink,
} from '../connection/link.ts';
import { type Due, nextTurnAt, type Turn, takeTurn } from '../connection/reducer.ts';
import {
  type ChatState,
  disconnected,
  newChat,
  RETURN_MS,
  received,
  type Said,
  unsentOf,
  withLeft,
  withSending,
  written,
} from './state.ts';

/** Who has heard nothing for so long asks, if somebody looks at the page, whether the room is still there. */
const SILENCE_MS = 60_000;
/** How long a gateway has to show that the link is alive before the room is asked, once. */
const UNSHOWN_MS = 30_000;
/** Beyond two alive frames that did not come, a connection is given up after so long. */
const LATE_ALIVE_MS = 10_000;
/** A room believes in nobody for longer than a day: joining again says that this device is still here. */
const RENEW_MS = 6 * 60 * 60 * 1_000;

/** A member's end of the chat. Times are milliseconds. */
interface ChatStream {
  readonly link: Link;
  /** What the page shows. */
  readonly chat: ChatState;
  /** Shows the room who this device is, should it come back on another connection. */
  readonly pass: string | undefined;
  readonly heardAt: number;
  /** The server asked to be left alone until then. */
  readonly heldUntil: number;
  /** Until when the `join` that was sent on a living connection has to be answered. */
  readonly answerBy: number | undefined;
  /** When to join again. */
  readonly renewAt: number;
  /** When to ask a gateway that has not shown that the link is alive. */
  readonly askAt: number | undefined;
  /** How long the link may be silent behind a gateway that shows that it is alive, and when to look. */
  readonly silence: { readonly ms: number; readonly lookAt: number } | undefined;
}

type ChatInput =
  | SocketInput<ChatServerFrame>
  | { type: 'say'; data: string; to: string | undefined }
  | { type: 'say-again'; id: number };
type ChatEffect = SocketEffect<ChatClientFrame>;
type ChatTurn = Turn<ChatStream, ChatEffect>;

const chatMachine: Machine<ChatStream, ChatInput, ChatEffect, ChatServerFrame> = {
  reduce: (stream, input, moment) => takeTurn(stream, moment, turn => take(turn, input), agenda),
  dueAt: stream => nextTurnAt(stream, agenda),
  parse: parseChatServerFrame,
};

/** A chat that runs. */
export interface ChatRoom {
  state(): ChatState;
  /** Says something: now, or as soon as there is a connection. */
  say(data: string, to: string | undefined): void;
  /** Sends a message again that was not delivered. */
  again(id: number): void;
  /** Shows the room who this device is, should it come back on another connection. */
  pass(): string | undefined;
  end(): void;
}

/** What is kept of a chat from before the page was loaded again. */
export interface KeptChat {
  unsent?: readonly Pick<Said, 'data' | 'to'>[];
  pass?: string | undefined;
}

/** Opens the chat and keeps it open. `onState` hears of every change. */
export function openChatRoom(
  surroundings: Surroundings,
  onState: (state: ChatState) => void,
  { unsent = [], pass }: KeptChat = {},
): ChatRoom {
  let shown: ChatState | undefined;
  const connection = connect<ChatStream, ChatInput, ChatEffect, ChatServerFrame, ChatClientFrame>(
    chatMachine,
    newChatStream(newChat(unsent), pass),
    surroundings,
    {
      onState({ chat }) {
        if (chat === shown) return;
        shown = chat;
        onState(chat);
      },
    },
  );
  return {
    state: () => connection.state().chat,
    say: (data, to) => connection.put({ type: 'say', data, to }),
    again: id => connection.put({ type: 'say-again', id }),
    pass: () => connection.state().pass,
    end: connection.end,
  };
}

function newChatStream(chat: ChatState, pass: string | undefined): ChatStream {
  const unused = { answerBy: undefined, renewAt: 0, askAt: undefined, silence: undefined };
  return { link: newLink, chat, pass, heardAt: 0, heldUntil: 0, ...unused };
}

function take(turn: ChatTurn, input: ChatInput): void {
  const { draft, moment } = turn;
  const { phase } = draft.link;
  switch (input.type) {
    case 'connect':
      open(turn);
      break;
    case 'opened':
      join(turn);
      break;
    case 'closed':
      lose(turn);
      break;
    case 'wake':
      if (moment.now >= draft.heldUntil) draft.link = hurryLink({ ...draft.link, held: false }, moment.now);
      if (phase === 'live' && moment.now - draft.heardAt > SILENCE_MS) join(turn);
      break;
    case 'frame':
      takeFrame(turn, input.frame);
      break;
    case 'say':
      draft.chat = written(draft.chat, input.data, input.to, moment.now);
      sendUnsent(turn, unsentOf(draft.chat).slice(-1));
      break;
    case 'say-again':
      draft.chat = { ...withSending(draft.chat, input.id, 'unsent', moment.now), problem: undefined };
      sendUnsent(
        turn,
        unsentOf(draft.chat).filter(({ id }) => id === input.id),
      );
  }
}

function open({ draft, effects, moment }: ChatTurn): void {
  effects.push({ type: 'connect' });
  draft.link = connectLink(draft.link, moment.now);
  draft.chat = { ...draft.chat, phase: 'connecting' };
}

/** Says who this device is: to begin with, to renew its place, and to see whether the room is still there. */
function join({ draft, effects, moment: { now } }: ChatTurn): void {
  effects.push({ type: 'send', frame: { action: 'join', ...(draft.pass && { pass: draft.pass }) } });
  if (draft.link.phase === 'live') draft.answerBy = now + ANSWER_MS;
  else draft.link = greetLink(draft.link, now);
}

function takeFrame(turn: ChatTurn, frame: ChatServerFrame): void {
  const { draft, moment } = turn;
  draft.heardAt = moment.now;
  if (frame.type === 'alive') {
    draft.askAt = undefined;
    look(turn, frame.everySeconds * 2_000 + LATE_ALIVE_MS);
    return;
  }
  const isRefused = frame.type === 'error' && frame.error.code === 'invalid_request';
  if (draft.link.phase !== 'live' && draft.pass !== undefined && isRefused) {
    draft.pass = undefined; // a room that is older than this page knows no passes
    join(turn);
    return;
  }
  draft.chat = received(draft.chat, frame, moment.now);
  if (frame.type === 'presence' && frame.you !== undefined) takeAnswer(turn, frame);
  if (frame.type === 'error' && frame.retryAfterMs !== undefined) draft.heldUntil = moment.now + frame.retryAfterMs;
}

/** The answer to `join`. */
function takeAnswer(turn: ChatTurn, { pass }: PresenceFrame): void {
  const { draft, moment } = turn;
  draft.pass = pass;
  draft.answerBy = undefined;
  draft.renewAt = moment.now + RENEW_MS;
  if (draft.link.phase === 'live') return;
  draft.link = welcomeLink(draft.link, moment.now);
  draft.askAt = moment.now + UNSHOWN_MS;
  draft.silence = undefined;
  sendUnsent(turn, unsentOf(draft.chat));
}

function sendUnsent({ draft, effects, moment }: ChatTurn, unsent: readonly Said[]): void {
  if (draft.link.phase !== 'live') return;
  for (const { id, data, to } of unsent) {
    effects.push({ type: 'send', frame: { action: 'sendmessage', data, ...(to === undefined ? {} : { to }) } });
    draft.chat = withSending(draft.chat, id, 'sent', moment.now);
  }
}

function agenda(turn: ChatTurn): Due[] {
  const { draft, moment } = turn;
  const { link, chat, answerBy, renewAt, askAt, silence } = draft;
  const due = linkAgenda(
    link,
    () => open(turn),
    () => giveUp(turn),
  );
  if (link.phase !== 'live') return due;
  due.push(answerBy === undefined ? { at: renewAt, act: () => join(turn) } : { at: answerBy, act: () => giveUp(turn) });
  const ask = () => {
    draft.askAt = undefined;
    join(turn);
  };
  if (askAt !== undefined) due.push({ at: askAt, act: ask });
  if (silence !== undefined) due.push({ at: silence.lookAt, act: () => judgeSilence(turn, silence.ms) });
  const [first] = chat.leaving;
  const tell = () => {
    draft.chat = withLeft(draft.chat, moment.now);
  };
  // Of those who have left it is told once they cannot be expected back.
  if (first !== undefined) due.push({ at: first + RETURN_MS, act: tell });
  return due;
}

/** Gives the connection up when nothing came for so long. A device that has slept meanwhile asks first. */
function judgeSilence(turn: ChatTurn, ms: number): void {
  const { draft, moment } = turn;
  const silentMs = moment.now - draft.heardAt;
  if (silentMs < ms) look(turn, ms);
  else if (silentMs > ms + LATE_ALIVE_MS) {
    draft.silence = undefined;
    join(turn);
  } else giveUp(turn);
}

function look({ draft, moment }: ChatTurn, ms: number): void {
  draft.silence = { ms, lookAt: moment.now + ms };
}

function giveUp(turn: ChatTurn): void {
  turn.effects.push({ type: 'close' });
  lose(turn);
}

function lose({ draft, moment }: ChatTurn): void {
  const link = loseLink(draft.link, moment);
  const until = Math.max(link.until ?? moment.now, draft.heldUntil);
  draft.link = { ...link, until, held: draft.heldUntil > moment.now };
  draft.answerBy = undefined;
  draft.askAt = undefined;
  draft.silence = undefined;
  draft.chat = disconnected(draft.chat);
}

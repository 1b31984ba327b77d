import { signal } from '@preact/signals';
import { browserSurroundings, onHide, onVisibility } from '../connection/browser.ts';
import { readStored, store } from '../shared/stored.ts';
import { sendableText } from '../shared/typed-text.ts';
import { type ChatRoom, openChatRoom } from './room.ts';
import { type ChatState, newChat, unsentOf } from './state.ts';

/** The chat as it stands. */
export const chat = signal<ChatState>(newChat());

/** Whom the next message is for; `undefined`: everybody. */
export const addressee = signal<string | undefined>(undefined);

/** What is being written. It outlives a reload of the page. */
export const draft = signal(storedDraft());

let room: ChatRoom | undefined;

/** Enters the room, after a reload under the same name. What was not sent before it is sent now. */
export function enterRoom(webSocketUrl: string): void {
  room = openChatRoom(browserSurroundings(webSocketUrl), keep, { unsent: storedUnsent(), pass: storedPass() });
  onHide(() => storePass(room?.pass()));
  // Nobody else may have it while this page is in use: a browser that duplicates a tab copies what the tab has stored.
  onVisibility(isVisible => isVisible && storePass(undefined));
}

/** Sends what is being written. It stays where it is until the page knows where the room is. */
export function sayDraft(): void {
  if (room === undefined) return;
  room.say(sendableText(draft.value), addressee.value);
  write('');
}

/** Sends a message again that was not delivered. */
export function sayAgain(id: number): void {
  room?.again(id);
}

/** Something was typed. */
export function write(text: string): void {
  draft.value = text;
  store('chat.draft', text === '' ? undefined : text, 'session');
}

let kept = '';

function keep(state: ChatState): void {
  chat.value = state;
  if (document.visibilityState === 'hidden') storePass(room?.pass());
  const unsent = unsentOf(state).map(({ data, to }) => ({ data, to }));
  const text = JSON.stringify(unsent);
  if (text === kept) return;
  kept = text;
  store('chat.unsent', unsent.length === 0 ? undefined : unsent, 'session');
}

function storedPass(): string | undefined {
  const pass = readStored('chat.pass', 'session');
  return typeof pass === 'string' ? pass : undefined;
}

function storePass(pass: string | undefined): void {
  store('chat.pass', pass, 'session');
}

function storedDraft(): string {
  const text = readStored('chat.draft', 'session');
  return typeof text === 'string' ? text : '';
}

function storedUnsent(): { data: string; to: string | undefined }[] {
  const stored = readStored('chat.unsent', 'session');
  if (!Array.isArray(stored)) return [];
  return stored.flatMap(({ data, to }: { data?: unknown; to?: unknown }) =>
    typeof data === 'string' ? [{ data, to: typeof to === 'string' ? to : undefined }] : [],
  );
}

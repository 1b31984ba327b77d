import { readStored, store } from '../shared/stored.ts';
import { uuid } from '../shared/uuid.ts';
import { forgetSteps } from './kept-steps.ts';

/** What opens a shop's stream. */
export interface Credentials {
  shop: string;
  key: string;
}

/**
 * Moves a key that came in the page's address to where only this page finds it, and out of the address bar and the
 * history: the address is what people photograph, share and sync. Called before anything else.
 */
export function moveKeyOutOfTheAddress(): void {
  const found = credentialsIn(location.hash);
  if (isWhole(found)) signIn(found);
  isLinkBroken = location.hash.length > 1 && !isWhole(found);
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
}

let isLinkBroken = false;

/** Whether the page was opened with a link of which a part is missing. */
export function wasLinkBroken(): boolean {
  return isLinkBroken;
}

/**
 * The id and the key in a shop's link, or in what a chat, a mail or a careful hand has left of one: they escape `&`,
 * the whole fragment, or take the sign behind it for a part of it.
 */
export function credentialsIn(text: string): Partial<Credentials> {
  const fragment = decoded(text.trim()).replaceAll('&amp;', '&');
  const parts = new URLSearchParams(fragment.slice(fragment.indexOf('#') + 1));
  const shop = /^[\w-]+/.exec(parts.get('shop')?.trim() ?? '')?.[0];
  const key = /^[\w-]+/.exec(parts.get('key')?.trim() ?? '')?.[0];
  return { ...(shop === undefined ? {} : { shop }), ...(key === undefined ? {} : { key }) };
}

/** Whether nothing is missing. */
export function isWhole(found: Partial<Credentials>): found is Credentials {
  return found.shop !== undefined && found.key !== undefined;
}

/** Ids and keys hold no `%`, so that one in a link was put there on its way. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Remembers on this device whose screen it is. */
export function signIn(credentials: Credentials): void {
  store('shop', credentials);
}

/** Forgets it, and everything of the shop that this tab kept. */
export function signOut(): void {
  store('shop', undefined);
  store('stream', undefined, 'session');
  store('notices', undefined, 'session');
  forgetSteps();
}

/** Whose screen this is, if that is known. */
export function readCredentials(): Credentials | undefined {
  const stored = readStored('shop');
  if (typeof stored !== 'object' || stored === null || !('shop' in stored) || !('key' in stored)) return undefined;
  const { shop, key } = stored;
  return typeof shop === 'string' && typeof key === 'string' ? { shop, key } : undefined;
}

/** This device's id, made once. */
export function deviceId(): string {
  const stored = readStored('device');
  if (typeof stored === 'string' && stored !== '') return stored;
  const made = uuid();
  store('device', made);
  return made;
}

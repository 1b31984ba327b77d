import { readStored, store } from '../shared/stored.ts';
import { uuid } from '../shared/uuid.ts';

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
  const parts = new URLSearchParams(location.hash.replace(/^#/, ''));
  const shop = parts.get('shop')?.trim();
  const key = parts.get('key')?.trim();
  if (shop && key) signIn({ shop, key });
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
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

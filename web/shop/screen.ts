import { signal } from '@preact/signals';
import type { Operation, Question, ResultFrame } from '../../functions/domain/frames.ts';
import type { Addresses } from '../connection/addresses.ts';
import { browserSurroundings } from '../connection/browser.ts';
import { type Connection, connect } from '../connection/connect.ts';
import {
  newShopStream,
  type SavedShopStream,
  type ShopEffect,
  type ShopInput,
  type ShopStream,
  savedShopStream,
} from '../connection/shop-state.ts';
import { reduceShopStream, shopStreamDueAt } from '../connection/shop-stream.ts';
import { say } from '../shared/language.ts';
import { readStored, store } from '../shared/stored.ts';
import { learnClock } from '../shared/time.ts';
import { toast } from '../shared/toast.tsx';
import { uuid } from '../shared/uuid.ts';
import { type Credentials, deviceId } from './credentials.ts';
import { keepNotices, keepNoticesOf, noticeEvent, noticeOwn } from './notices.ts';
import { texts } from './texts.ts';

/** The shop's stream, as this screen holds it; `undefined` before it is opened. */
export const stream = signal<ShopStream | undefined>(undefined);

let connection: Connection<ShopStream, ShopInput> | undefined;

/** Opens the shop's stream, from where this tab left it before a reload. */
export function openScreen(addresses: Addresses, { shop, key }: Credentials): void {
  connection?.end();
  keepNoticesOf(shop);
  const start = newShopStream({ shop, token: key, device: deviceId() }, readSaved(shop));
  connection = connect<ShopStream, ShopInput, ShopEffect>(
    { reduce: reduceShopStream, dueAt: shopStreamDueAt },
    start,
    browserSurroundings(addresses.webSocket),
    {
      onState(state) {
        stream.value = state;
        saveSoon();
      },
      onEffect: effect => heed(addresses, effect),
    },
  );
}

/** Does something for the shop; once, however often the network fails. Says so when it was refused. */
export function command(operation: Operation): void {
  if (operation.op === 'cancel') noticeOwn(operation.order);
  if ('version' in operation) touchedHere.add(operation.order);
  connection?.put({ type: 'command', id: uuid(), operation });
}

/** Whether somebody at this very screen has taken an order a step further, or tried to. */
export function isTouchedHere(order: string): boolean {
  return touchedHere.has(order);
}

const touchedHere = new Set<string>();

/** As `command`, for one whose result is waited for. Without a connection that may take long. */
export function ask(
  operation: Question | Extract<Operation, { op: 'claim_print' | 'put_dish' }>,
): Promise<ResultFrame> {
  const id = uuid();
  return new Promise(resolve => {
    asked.set(id, resolve);
    connection?.put({ type: 'command', id, operation });
  });
}

const asked = new Map<string, (result: ResultFrame) => void>();

/** A person wants the connection back. */
export function reconnect(): void {
  connection?.put({ type: 'connect' });
}

/** Whether something of this kind is on its way to the server. */
export function isPending(matches: (operation: Operation) => boolean): boolean {
  return stream.value?.outbox.some(({ operation }) => matches(operation)) ?? false;
}

function heed(addresses: Addresses, effect: ShopEffect): void {
  if (effect.type === 'applied') noticeEvent(effect.event);
  else if (effect.type === 'read-menu') void readMenu(addresses, effect.version);
  else if (effect.type === 'result') heedResult(effect.operation, effect.result);
}

function heedResult({ op }: Operation, result: ResultFrame): void {
  const answer = asked.get(result.id);
  asked.delete(result.id);
  if (answer !== undefined) answer(result);
  else if (!result.ok) {
    const { code } = result.error;
    const isLate = code === 'version_conflict' || code === 'invalid_transition';
    const late = op === 'order_dishes' ? texts.menuChanged : texts.changedMeanwhile;
    toast(say(isLate ? late : texts.notDone, { code }));
  }
}

/** For a shop whose menu is too large for a frame. */
async function readMenu(addresses: Addresses, version: number): Promise<void> {
  const address = new URL(addresses.getShopInfo);
  address.searchParams.set('shop', stream.value?.identity.shop ?? '');
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(15_000) });
    learnClock(response.headers.get('date'));
    const { shops } = (await response.json()) as { shops?: { dishes: [] }[] };
    const [shop] = shops ?? [];
    if (shop !== undefined) connection?.put({ type: 'menu', version, dishes: shop.dishes });
  } catch {
    toast(say(texts.menuNotRead));
  }
}

// For this tab only, and gone with it: customers' addresses have no business on the device after the shift.
let saving: ReturnType<typeof setTimeout> | undefined;
let savedAt: string | undefined;

function saveSoon(): void {
  saving ??= setTimeout(save, 500);
}

function save(): void {
  clearTimeout(saving);
  saving = undefined;
  const state = stream.value;
  const saved = state && savedShopStream(state);
  if (saved === undefined) return;
  const place = `${saved.cursor.epoch} ${saved.cursor.after}`;
  if (place === savedAt) return;
  savedAt = place;
  store('stream', { shop: state?.identity.shop, ...saved }, 'session');
  keepNotices();
}

addEventListener('pagehide', save);

function readSaved(shop: string): SavedShopStream | undefined {
  const saved = readStored('stream', 'session') as (SavedShopStream & { shop: string }) | undefined;
  return saved?.shop === shop && Array.isArray(saved.orders) && typeof saved.cursor?.epoch === 'string'
    ? { cursor: saved.cursor, orders: saved.orders, away: saved.away ?? [] }
    : undefined;
}

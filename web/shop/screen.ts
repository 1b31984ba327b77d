import { signal } from '@preact/signals';
import type { Operation, Order, Question, ResultFrame, WireError } from '../../functions/domain/frames.ts';
import type { Addresses } from '../connection/addresses.ts';
import { browserSurroundings, onVisibility } from '../connection/browser.ts';
import { type Connection, connect } from '../connection/connect.ts';
import {
  newShopStream,
  type SavedShopStream,
  type ShopEffect,
  type ShopInput,
  type ShopStream,
  savedShopStream,
} from '../connection/shop/state.ts';
import { shopMachine } from '../connection/shop/stream.ts';
import { readShopInfo } from '../connection/shop-info.ts';
import { say } from '../shared/language.ts';
import { readStored, store } from '../shared/stored.ts';
import { adjustClock, pageTimeZone, serverNow } from '../shared/time.ts';
import { removeToasts, toast } from '../shared/toast.tsx';
import { uuid } from '../shared/uuid.ts';
import { isFlooded } from './attention/flood.tsx';
import { dropForeignNotices, expectOwnCancellation, saveNotices, updateNotices } from './attention/notices.ts';
import { describeConflict } from './conflict.ts';
import { type Credentials, deviceId } from './credentials.ts';
import { forgetStep, keepStep, readKeptSteps, type VersionedOperation } from './kept-steps.ts';
import { type Deadlines, joinLateOrders, movedDeadlines } from './orders/deadlines.ts';
import { describeRefusal } from './refusal.ts';
import { texts } from './texts.ts';

/** The shop's stream, as this screen holds it; `undefined` before it is opened. */
export const stream = signal<ShopStream | undefined>(undefined);

/** The deadlines that the shop's changes have moved. */
export const deadlines = signal<Deadlines>(new Map());

let connection: Connection<ShopStream, ShopInput> | undefined;
let stopWatchingVisibility = () => {};

/** Opens the shop's stream, from where this tab left it before a reload. */
export function openScreen(addresses: Addresses, { shop, key }: Credentials): void {
  connection?.end();
  stopWatchingVisibility();
  dropForeignNotices(shop);
  const start = newShopStream({ shop, token: key, device: deviceId() }, readSaved(shop));
  connection = connect<ShopStream, ShopInput, ShopEffect>(
    shopMachine,
    start,
    browserSurroundings(addresses.webSocket),
    {
      onState(state) {
        updateDeadlines(state);
        stream.value = state;
        pageTimeZone.value = state.shop?.timeZone;
        saveSoon();
      },
      onEffect: effect => handleEffect(addresses, effect),
    },
  );
  for (const { id, operation } of readKeptSteps(shop)) connection.put({ type: 'command', id, operation });
  stopWatchingVisibility = onVisibility(isVisible => connection?.put({ type: isVisible ? 'show' : 'hide' }));
}

/**
 * Sends a command; it is carried out once, however often the network fails. A refusal is shown as a toast. `late`: the
 * tap was some time ago, so that tickets must not move at once.
 */
export function command(operation: Operation, when: 'now' | 'late' = 'now'): void {
  if (operation.op === 'cancel') expectOwnCancellation(operation.order);
  if ('order' in operation) removeToasts(operation.order);
  if ('version' in operation) {
    if (when === 'now') changedHere.add(operation.order);
    else changedHere.delete(operation.order);
  }
  const id = uuid();
  keepStep(id, stream.value?.identity.shop ?? '', operation);
  connection?.put({ type: 'command', id, operation });
}

/** When the shop was last told, by the server's clock. */
let shopToldAt = Number.NEGATIVE_INFINITY;

/** Before the state is shown. */
function updateDeadlines({ shop, orders }: ShopStream): void {
  if (shop === undefined) return;
  const { value: now } = serverNow;
  if (shop !== stream.value?.shop) {
    shopToldAt = now;
    deadlines.value = movedDeadlines(deadlines.value, orders.values(), shop, now);
  } else if (orders !== stream.value?.orders)
    deadlines.value = joinLateOrders(deadlines.value, orders.values(), shop, shopToldAt, now);
}

/** Whether the order was changed from this screen, or somebody tried to. */
export function wasChangedHere(order: string): boolean {
  return changedHere.has(order);
}

const changedHere = new Set<string>();

/** What a form or a printer waits for the result of. */
type AskedOperation =
  | Question
  | Exclude<Operation, Question | { order: string }>
  | Extract<Operation, { op: 'claim_print' }>;

/** Sends a command and resolves to its result; without a connection that may take long. */
export function ask(operation: AskedOperation): Promise<ResultFrame> {
  const id = uuid();
  return new Promise(resolve => {
    asked.set(id, resolve);
    connection?.put({ type: 'command', id, operation });
  });
}

const asked = new Map<string, (result: ResultFrame) => void>();

/** Connects again, because a person asked for it. */
export function reconnect(): void {
  connection?.put({ type: 'connect' });
}

/** Whether a matching command has not been answered yet. */
export function isPending(matches: (operation: Operation) => boolean): boolean {
  return stream.value?.outbox.some(({ operation }) => matches(operation)) ?? false;
}

function handleEffect(addresses: Addresses, effect: ShopEffect): void {
  if (effect.type === 'applied') {
    updateNotices(effect.event);
    removeOutdatedToast(effect.event.order);
  } else if (effect.type === 'read-menu') void readMenu(addresses, effect.version);
  else if (effect.type === 'flooded') isFlooded.value = true;
  else if (effect.type === 'result') handleResult(effect.operation, effect.result);
}

function handleResult(operation: Operation, result: ResultFrame): void {
  forgetStep(result.id);
  const answer = asked.get(result.id);
  asked.delete(result.id);
  if (answer !== undefined) answer(result);
  else if (!result.ok) showRefusal(operation, result.error, result.order);
}

function showRefusal(operation: Operation, error: WireError, order: Order | undefined): void {
  const { code } = error;
  const isLate = code === 'version_conflict' || code === 'invalid_transition';
  if (isLate && 'version' in operation) showConflict(operation, order);
  else toast(describeRefusal(operation, error, stream.value), 'order' in operation ? operation.order : undefined);
}

/** Shows that somebody else changed the order first. `order`: its present state, if the server has sent it. */
export function showConflict({ op, order: id }: VersionedOperation, order = stream.value?.orders.get(id)): void {
  toast(order === undefined ? say(texts.notThereAnyMore) : describeConflict(op, order), id);
  toastVersions.set(id, order?.version ?? 0);
}

/** For each order with a toast, its version at that time. */
const toastVersions = new Map<string, number>();

/** Removes the toast about an order that has changed since. */
function removeOutdatedToast({ id, version }: Order): void {
  const told = toastVersions.get(id);
  if (told === undefined || told >= version) return;
  toastVersions.delete(id);
  removeToasts(id);
}

/** Fetches a menu that is too large for a frame. */
async function readMenu(addresses: Addresses, version: number): Promise<void> {
  try {
    const { page, date } = await readShopInfo(addresses.getShopInfo, { shop: stream.value?.identity.shop ?? '' });
    adjustClock(date);
    const [shop] = page === 'missing' ? [] : page.shops;
    if (shop !== undefined) connection?.put({ type: 'menu', version, dishes: shop.dishes });
  } catch {
    toast(say(texts.menuNotRead));
  }
}

// Stored for this tab only: customers' addresses must not stay on the device after the shift.
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
  saveNotices();
}

addEventListener('pagehide', save);

function readSaved(shop: string): SavedShopStream | undefined {
  const saved = readStored('stream', 'session') as (SavedShopStream & { shop: string }) | undefined;
  return saved?.shop === shop && Array.isArray(saved.orders) && typeof saved.cursor?.epoch === 'string'
    ? { cursor: saved.cursor, orders: saved.orders, away: saved.away ?? [] }
    : undefined;
}

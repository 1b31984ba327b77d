import { signal } from '@preact/signals';
import type { Order, OrderStatus } from '../../../functions/domain/frames.ts';
import { onVisibility } from '../../connection/browser.ts';
import { say } from '../../shared/language.ts';
import { askToNotify, closeNotifications, mayNotify, showNotification } from '../../shared/notification.ts';
import { statusWords } from '../../shared/order-words.ts';
import { readStored, store } from '../../shared/stored.ts';
import { texts } from '../texts.ts';
import { canSound, chime, wakeSoundWithTaps } from './chime.ts';

/** Whether news of an order sound and vibrate on this device. */
export const isSounding = signal(readStored('sound') !== false);

/** Whether news of an order become notifications while nobody sees the page. */
export const isNotifying = signal(mayNotify() && readStored('notify') === true);

/** The number of changes since the page was last visible; shown in its title. */
export const unseenChanges = signal(0);

/** Switches sound and vibration; switching them on sounds once. */
export function switchSound(on: boolean): void {
  isSounding.value = on;
  store('sound', on);
  if (on) chime('good');
}

/**
 * Switches notifications on or off. Call it in a tap: the browser asks for permission here. Resolves to whether the
 * setting is now as wanted.
 */
export async function switchNotifications(on: boolean): Promise<boolean> {
  isNotifying.value = on && (await askToNotify());
  store('notify', isNotifying.value);
  return isNotifying.value === on;
}

/** Starts announcing: prepares the sound, and resets the counter whenever the page is looked at. */
export function startNews(): void {
  wakeSoundWithTaps();
  onVisibility(isVisible => {
    if (!isVisible) return;
    unseenChanges.value = 0;
    void closeNotifications(TAG);
  });
}

const TAG = 'order';

/** The last known status of each order. */
const known = new Map<string, OrderStatus>();

/** Records that the customer has asked for this status: it is not announced when it comes. */
export function expectStatus(order: string, status: OrderStatus): void {
  expected.set(order, status);
}

const expected = new Map<string, OrderStatus>();

/**
 * Records the state of an order, and announces it when its status has changed. `kept`: the state stored on the device.
 */
export function noteOrder(order: Order, kept: OrderStatus | undefined): void {
  const before = known.get(order.id) ?? kept;
  known.set(order.id, order.status);
  const isAskedFor = expected.get(order.id) === order.status || order.reason === 'customer_request';
  if (before === undefined || before === order.status || isAskedFor) return;
  if (document.visibilityState === 'hidden') unseenChanges.value += 1;
  void announceOnce(order);
}

/** A hidden tab waits this long, so that a visible tab of the device announces the change instead. */
const HEAD_START_MS = 400;

/** Announces a change in one tab of this device, however many are open. */
async function announceOnce(order: Order): Promise<void> {
  if (document.visibilityState === 'hidden') await new Promise(resolve => setTimeout(resolve, HEAD_START_MS));
  const announce = () => {
    if (canAnnounce() && claim(order)) announceNow(order);
  };
  // Plain http from another machine has no locks.
  if (navigator.locks === undefined) announce();
  else await navigator.locks.request('news', announce);
}

function canAnnounce(): boolean {
  return (isSounding.value && canSound()) || (isNotifying.value && document.visibilityState === 'hidden');
}

const MAX_REMEMBERED = 30;

/** Marks a version of an order as announced. Returns false when a tab of this device has announced it before. */
function claim({ id, version }: Order): boolean {
  const stored = readStored('told');
  const told: unknown[] = Array.isArray(stored) ? stored : [];
  const name = `${id} ${version}`;
  if (told.includes(name)) return false;
  store('told', [...told, name].slice(-MAX_REMEMBERED));
  return true;
}

function announceNow(order: Order): void {
  const isGood = order.status === 'accepted' || order.status === 'ready' || order.status === 'completed';
  if (isSounding.value) {
    chime(isGood ? 'good' : 'bad');
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([200, 100, 200]);
  }
  if (!isNotifying.value || document.visibilityState !== 'hidden') return;
  const title = `${say(texts.orderNumber, { n: order.number })} · ${say(statusWords[order.status])}`;
  void showNotification(title, { tag: TAG, icon: 'icons/order-192.png' });
}

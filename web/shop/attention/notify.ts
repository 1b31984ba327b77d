import { effect, signal } from '@preact/signals';
import { say } from '../../shared/language.ts';
import { askToNotify, closeNotifications, mayNotify, showNotification } from '../../shared/notification.ts';
import { readStored, store } from '../../shared/stored.ts';
import { texts } from '../texts.ts';
import { toBeginCount, waitingCount } from './bell.ts';

/** Whether notifications are switched on for this device and allowed by the browser. */
export const isNotifying = signal(mayNotify() && readStored('notify') === true);

/**
 * Switches notifications on or off. Call it in a tap: the browser asks for permission here. Resolves to whether the
 * setting is now as wanted.
 */
export async function switchNotifications(on: boolean): Promise<boolean> {
  const allowed = on && (await askToNotify());
  isNotifying.value = allowed;
  store('notify', allowed);
  return allowed === on;
}

/** Shows a notification while orders wait or are to be begun and the page is hidden, and removes it when none does. */
export function startNotifying(): void {
  let told = 0;
  effect(() => {
    const waiting = waitingCount.value;
    const count = waiting + toBeginCount.value;
    navigator.setAppBadge?.(count).catch(() => {}); // the icon of the installed page
    if (isNotifying.value && count > told && document.visibilityState === 'hidden') void show(waiting, count);
    if (count === 0 && told > 0) void closeNotifications(TAG);
    told = count;
  });
}

// Each notification replaces the one before, so that there is never more than one for all tabs.
const TAG = 'waiting';

function show(waiting: number, count: number): Promise<void> {
  const title = waiting > 0 ? say(texts.waitingNow, { n: waiting }) : say(texts.noticesBegin, { n: count });
  return showNotification(title, { tag: TAG, requireInteraction: true, icon: 'icons/shop-192.png' });
}

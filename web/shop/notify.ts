import { effect, signal } from '@preact/signals';
import { say } from '../shared/language.ts';
import { readStored, store } from '../shared/stored.ts';
import { waitingCount } from './bell.ts';
import { texts } from './texts.ts';

/** Whether this browser can show notifications at all. */
export const canNotify = 'Notification' in globalThis;

/** Whether somebody wants them here, and the browser allows them. */
export const isNotifying = signal(canNotify && Notification.permission === 'granted' && readStored('notify') === true);

/** A tap in the settings: only then is the browser's question asked. Answers whether they are allowed. */
export async function switchNotifications(on: boolean): Promise<boolean> {
  const allowed = on && canNotify && (await Notification.requestPermission()) === 'granted';
  isNotifying.value = allowed;
  store('notify', allowed);
  return allowed === on;
}

/** Tells of orders that wait while nobody sees the page, and takes it back when none does. */
export function startNotifying(): void {
  let told = 0;
  effect(() => {
    const count = waitingCount.value;
    navigator.setAppBadge?.(count).catch(() => {}); // the icon of the installed page
    if (isNotifying.value && count > told && document.visibilityState === 'hidden') void show(count);
    if (count === 0 && told > 0) void takeBack();
    told = count;
  });
}

// One that is there is replaced, so that there is never more than one, whatever the number of tabs.
const TAG = 'waiting';

async function show(count: number): Promise<void> {
  const title = say(texts.waitingNow, { n: count });
  const options = { tag: TAG, renotify: true, requireInteraction: true, icon: 'icons/shop-192.png' };
  const worker = await registration();
  try {
    if (worker !== undefined) await worker.showNotification(title, options);
    else
      new Notification(title, options).onclick = () => {
        window.focus();
      };
  } catch {
    // Phones want a service worker for it, and there is none on plain http: the bell rings anyhow.
  }
}

async function takeBack(): Promise<void> {
  const shown = (await (await registration())?.getNotifications({ tag: TAG })) ?? [];
  for (const notification of shown) notification.close();
}

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration().catch(() => undefined);
}

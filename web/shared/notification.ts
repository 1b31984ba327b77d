/** Whether this browser can show notifications at all. */
export const canNotify = 'Notification' in globalThis;

/** Whether the browser lets this page show them. */
export function mayNotify(): boolean {
  return canNotify && Notification.permission === 'granted';
}

/** Asks for leave, if nobody has been asked yet; browsers want a tap before. */
export async function askToNotify(): Promise<boolean> {
  return canNotify && (await Notification.requestPermission()) === 'granted';
}

/** Shows a notification in place of the one with the same tag. Where that fails, nothing happens. */
export async function showNotification(title: string, options: NotificationOptions & { tag: string }): Promise<void> {
  const worker = await registration();
  const all = { ...options, renotify: true };
  try {
    if (worker !== undefined) await worker.showNotification(title, all);
    else
      new Notification(title, all).onclick = () => {
        window.focus();
      };
  } catch {
    // Phones want a service worker for it, and there is none on plain http.
  }
}

/** Takes back what is shown under a tag. */
export async function closeNotifications(tag: string): Promise<void> {
  const shown = (await (await registration())?.getNotifications({ tag })) ?? [];
  for (const notification of shown) notification.close();
}

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration().catch(() => undefined);
}

import { signal } from '@preact/signals';

interface Toast {
  id: number;
  text: string;
  about: string | undefined;
}

const toasts = signal<readonly Toast[]>([]);
let made = 0;

/**
 * Shows a text for a few seconds, and reads it out. `about`: an id, for example of an order; the next toast about it
 * replaces this one.
 */
export function toast(text: string, about?: string): void {
  made += 1;
  const id = made;
  if (about !== undefined) removeToasts(about);
  toasts.value = [...toasts.value.slice(-2), { id, text, about }];
  setTimeout(() => drop(one => one.id === id), 6_000);
}

/** Removes the toasts about an id. */
export function removeToasts(about: string): void {
  drop(one => one.about === about);
}

/** The number of dialogs open above one another. Only the topmost can be seen and read out. */
export const dialogsOpen = signal(0);

/**
 * Where toasts appear: in the place of the page's name (level 0), and of the title of each dialog, since there is
 * nothing to tap. The place is always there, so that screen readers watch it. The newest is shown, with how many there
 * are besides.
 */
export function Toasts({ level = 0 }: { level?: number }) {
  if (level !== dialogsOpen.value) return null;
  const newest = toasts.value.at(-1);
  const others = toasts.value.length - 1;
  return (
    <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
      {newest && (
        <p key={newest.id} class="toast">
          {newest.text + (others > 0 ? ` (+${others})` : '')}
        </p>
      )}
    </div>
  );
}

function drop(isOver: (one: Toast) => boolean): void {
  if (toasts.value.some(isOver)) toasts.value = toasts.value.filter(one => !isOver(one));
}

import { signal } from '@preact/signals';

interface Toast {
  id: number;
  text: string;
}

const toasts = signal<readonly Toast[]>([]);
let made = 0;

/** Says something for a few seconds, to screen readers too. */
export function toast(text: string): void {
  made += 1;
  const id = made;
  toasts.value = [...toasts.value.slice(-2), { id, text }];
  setTimeout(() => {
    toasts.value = toasts.value.filter(one => one.id !== id);
  }, 6_000);
}

/** How many dialogs are open, one above the other. All below the uppermost is out of reach for eyes and screen readers. */
export const dialogsOpen = signal(0);

/** Where toasts appear: on the page (level 0) and in every dialog, always, so that screen readers watch it. */
export function Toasts({ level = 0 }: { level?: number }) {
  if (level !== dialogsOpen.value) return null;
  return (
    <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
      {toasts.value.map(({ id, text }) => (
        <p key={id} class="toast">
          {text}
        </p>
      ))}
    </div>
  );
}

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

/** Where toasts appear. Rendered once, always, so that screen readers watch it. */
export function Toasts() {
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

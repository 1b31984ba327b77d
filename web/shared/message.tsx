import { signal } from '@preact/signals';

const SHOWN_MS = 6_000;

const messages = signal<ReadonlyMap<string, { text: string }>>(new Map());

/** Shows a text for a few seconds in the `Message` with the same `about`. */
export function showMessage(about: string, text: string): void {
  const message = { text };
  messages.value = new Map(messages.value).set(about, message);
  setTimeout(() => {
    if (messages.value.get(about) !== message) return;
    messages.value = new Map([...messages.value].filter(([name]) => name !== about));
  }, SHOWN_MS);
}

/**
 * A place beside a button for the outcome of a tap. Its room is reserved, so that nothing moves and no button is
 * hidden.
 */
export function Message({ about }: { about: string }) {
  return (
    <p class="said" role="status" data-testid="toasts">
      {messages.value.get(about)?.text}
    </p>
  );
}

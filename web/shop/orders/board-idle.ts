import { signal } from '@preact/signals';

/** This long after the last movement of a pointer the page counts as untouched. */
const IDLE_AFTER_MS = 1_500;

/** Whether no pointer is in use: only then may tickets move by themselves. */
export const isBoardIdle = signal(true);

let idleTimer: ReturnType<typeof setTimeout> | undefined;
const pressed = new Set<number>();

function note(event: PointerEvent): void {
  if (event.type === 'pointerdown') pressed.add(event.pointerId);
  // The button of a mouse may have been released outside of the window.
  const isLifted = event.type === 'pointerup' || event.type === 'pointercancel' || event.buttons === 0;
  if (isLifted) pressed.delete(event.pointerId);
  isBoardIdle.value = false;
  clearTimeout(idleTimer);
  if (pressed.size === 0)
    idleTimer = setTimeout(() => {
      isBoardIdle.value = true;
    }, IDLE_AFTER_MS);
}

for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'] as const)
  addEventListener(type, note, { capture: true, passive: true });

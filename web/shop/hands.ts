import { signal } from '@preact/signals';

/** So long after the last touch of the page nobody's finger, or mouse, is thought to be on its way. */
const REST_MS = 1_500;

/** Whether nobody is touching the page: only then may things move by themselves. */
export const areHandsOff = signal(true);

let resting: ReturnType<typeof setTimeout> | undefined;
const pressed = new Set<number>();

function note(event: PointerEvent): void {
  if (event.type === 'pointerdown') pressed.add(event.pointerId);
  // A mouse's button may have been let go outside of the window.
  const isLifted = event.type === 'pointerup' || event.type === 'pointercancel' || event.buttons === 0;
  if (isLifted) pressed.delete(event.pointerId);
  areHandsOff.value = false;
  clearTimeout(resting);
  if (pressed.size === 0)
    resting = setTimeout(() => {
      areHandsOff.value = true;
    }, REST_MS);
}

for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'] as const)
  addEventListener(type, note, { capture: true, passive: true });

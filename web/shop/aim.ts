/** Nobody sees and aims faster: what moved less than this ago was not what the finger was sent to. */
const AIM_MS = 300;

const movedAt = new Map<string, number>();

/** These things (`data-place` in the page) stand at another place from now on. */
export function noteMoved(places: readonly string[]): void {
  const now = performance.now();
  for (const [place, at] of movedAt) if (at + AIM_MS < now) movedAt.delete(place);
  for (const place of places) movedAt.set(place, now);
}

/**
 * Lets no tap through to a thing that has just moved under the finger: the order above was taken away, and the tap for
 * it would accept the next one. A mouse is seen coming, and nothing moves by itself then; what is left of it is the
 * second half of a double click. Keys aim at what has the focus, and that does not change.
 */
export function ignoreTapsOnWhatMoved(): void {
  let isFinger = false;
  addEventListener(
    'pointerdown',
    ({ pointerType }) => {
      isFinger = pointerType !== 'mouse';
    },
    { capture: true, passive: true },
  );
  const check = (event: MouseEvent) => {
    const isBlind = event.detail > 1 || (event.detail === 1 && isFinger);
    const thing = event.target instanceof Element ? event.target.closest('[data-place]') : null;
    const at = movedAt.get(thing?.getAttribute('data-place') ?? '');
    if (!isBlind || at === undefined || at + AIM_MS < performance.now()) return;
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener('click', check, { capture: true });
}

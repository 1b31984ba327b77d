/** Time to see and aim: a tap on something that moved less than this ago was meant for something else. */
const REACTION_MS = 300;

const movedAt = new Map<string, number>();

/** Records that the elements with these `data-place` attributes have just moved. */
export function recordMoved(places: readonly string[]): void {
  const now = performance.now();
  for (const [place, at] of movedAt) if (at + REACTION_MS < now) movedAt.delete(place);
  for (const place of places) movedAt.set(place, now);
}

/**
 * Drops taps on elements that have just moved: when an order leaves the board, a tap that was meant for it would accept
 * the next one. Of a mouse only the second click of a double click is dropped, because nothing moves by itself while a
 * mouse is moving. Keys are never dropped: they act on the focused element, which stays the same.
 */
export function ignoreStrayTaps(): void {
  let isFinger = false;
  addEventListener(
    'pointerdown',
    ({ pointerType }) => {
      isFinger = pointerType !== 'mouse';
    },
    { capture: true, passive: true },
  );
  const check = (event: MouseEvent) => {
    const canBeStray = event.detail > 1 || (event.detail === 1 && isFinger);
    const element = event.target instanceof Element ? event.target.closest('[data-place]') : null;
    const at = movedAt.get(element?.getAttribute('data-place') ?? '');
    if (!canBeStray || at === undefined || at + REACTION_MS < performance.now()) return;
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener('click', check, { capture: true });
}

/** A click follows the lifting of a finger within this time. */
const CLICK_MS = 80;
/** Longer than this nobody is made to wait: a long press is not a tap. */
const LONGEST_MS = 1_000;

let isTouched = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const waiting: (() => void)[] = [];

/**
 * Runs something that may move what is on the page, but never between the pressing and the lifting of a finger: the
 * button below it would be another one then, or the tap would go nowhere. Resolves when it was done.
 */
export async function whenUntouched(act: () => void): Promise<void> {
  if (isTouched) await new Promise<void>(resolve => waiting.push(resolve));
  act();
}

function touched(): void {
  isTouched = true;
  releaseIn(LONGEST_MS);
}

function lifted(): void {
  if (isTouched) releaseIn(CLICK_MS);
}

function releaseIn(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    isTouched = false;
    for (const go of waiting.splice(0)) go();
  }, ms);
}

addEventListener('pointerdown', touched, { capture: true, passive: true });
addEventListener('pointerup', lifted, { capture: true, passive: true });
addEventListener('pointercancel', lifted, { capture: true, passive: true });

/** A click follows the lifting of a finger within this time. */
const CLICK_MS = 80;
/** A longer press is not a tap, and delays nothing further. */
const LONGEST_MS = 1_000;

let isTouched = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const waiting: (() => void)[] = [];

/**
 * Runs a function that may move parts of the page, but not while a finger is down: the tap would hit another button, or
 * none. Resolves when the function has run.
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

import { signal } from '@preact/signals';

/** The width from which the cart stands beside the menu, in rem: with larger text it takes a wider window. */
const WIDE_REM = 60;

/** Whether the window has room for two columns in the present size of text. */
export const isWide = signal(isWideNow());

// Its height follows the text, so that this hears of a changed size of text as well.
new ResizeObserver(() => {
  isWide.value = isWideNow();
}).observe(document.documentElement);

function isWideNow(): boolean {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return innerWidth >= WIDE_REM * rem;
}

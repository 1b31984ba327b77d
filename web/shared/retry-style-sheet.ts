import { fullJitterMs } from '../connection/reducer.ts';

/**
 * Fetches the style sheet of this page again, until it comes, when it has failed to load. Scripts run after the style
 * sheets of a page, so that a sheet that is missing now has failed.
 */
export function retryStyleSheet(): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="stylesheet"]');
  if (link !== null && !isThere()) fetchAgain(link, 0);
}

/** Whether our own style has been applied: a foreign answer, as of a captive portal, does not define this property. */
function isThere(): boolean {
  return getComputedStyle(document.documentElement).getPropertyValue('--space-4') !== '';
}

function fetchAgain(link: HTMLLinkElement, tries: number): void {
  setTimeout(() => {
    const next = link.cloneNode() as HTMLLinkElement;
    const look = () => {
      if (!isThere()) fetchAgain(next, tries + 1);
    };
    next.addEventListener('load', look, { once: true });
    next.addEventListener('error', look, { once: true });
    link.replaceWith(next);
  }, 500 + fullJitterMs(tries, Math.random()));
}

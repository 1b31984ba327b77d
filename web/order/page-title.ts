import { useLayoutEffect } from 'preact/hooks';
import { unseenChanges } from './orders/news.ts';

/**
 * Names the page, and counts before its name what has changed while nobody saw it. `undefined` leaves the name as it
 * is.
 */
export function usePageTitle(title: string | undefined): void {
  const count = unseenChanges.value;
  useLayoutEffect(() => {
    if (title !== undefined) document.title = count > 0 ? `(${count}) ${title}` : title;
  });
}

import { useEffect, useState } from 'preact/hooks';

/** About what the largest window shows, and what is added at a time: well below a tenth of a second on a slow phone. */
const STEP = 12;

/** How many rows of a long list are there. */
export interface Growing {
  shown: number;
  /** All rows from now on: somebody wants to go to one of them. */
  showAll(): void;
}

/**
 * Renders a list of `total` rows step by step: first as many as the window shows, then more, letting taps and keys go
 * first. A thousand rows at once would block the page for rows that nobody can see yet. Starts over when `what`, the
 * name of the list's content, changes. `onGrowing` is called with the rows that come next.
 */
export function useGrowingList(
  total: number,
  what: string,
  onGrowing: (from: number, to: number) => void = () => {},
): Growing {
  const [grown, setGrown] = useState({ what, shown: STEP });
  const shown = grown.what === what ? grown.shown : STEP;
  useEffect(() => {
    if (shown >= total) return;
    const timer = setTimeout(() => {
      onGrowing(shown, shown + STEP);
      // Somebody may have asked for all of them meanwhile.
      setGrown(now => ({ what, shown: Math.max(shown + STEP, now.what === what ? now.shown : 0) }));
    });
    return () => clearTimeout(timer);
  }, [shown, total, what]);
  return { shown: Math.min(shown, total), showAll: () => setGrown({ what, shown: Number.POSITIVE_INFINITY }) };
}

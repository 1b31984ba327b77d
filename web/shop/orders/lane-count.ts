import { signal } from '@preact/signals';
import { useCallback, useRef } from 'preact/hooks';
import { countLanes } from './lanes.ts';

/** How many tickets the window has room for side by side. */
export const lanes = signal(3);

/** Counts the lanes whenever the window or the size of text changes. */
export function useLaneCount() {
  const observer = useRef<ResizeObserver | undefined>(undefined);
  return useCallback((board: HTMLElement | null) => {
    observer.current?.disconnect();
    const narrowest = board?.querySelector<HTMLElement>('.narrowest-lane');
    if (board === null || !narrowest) return;
    const count = () => {
      const { columnGap, paddingInlineStart, paddingInlineEnd } = getComputedStyle(board);
      const width = board.clientWidth - Number.parseFloat(paddingInlineStart) - Number.parseFloat(paddingInlineEnd);
      lanes.value = countLanes(width, narrowest.offsetWidth, Number.parseFloat(columnGap));
    };
    count();
    observer.current = new ResizeObserver(count);
    observer.current.observe(board);
    observer.current.observe(narrowest);
  }, []);
}

import { useSignal } from '@preact/signals';
import { say } from '../../shared/language.ts';
import { texts } from '../texts.ts';

/** Accepts with the time that it shows; less and more beside it. */
export function Accept({
  usualMinutes,
  isBusy,
  onAccept,
}: {
  usualMinutes: number;
  isBusy: boolean;
  onAccept: (prepMinutes: number) => void;
}) {
  const chosen = useSignal<number | undefined>(undefined);
  // Asked for at the tap: two quick taps come before the page has been drawn anew.
  const minutes = () => chosen.value ?? Math.min(240, usualMinutes);
  const change = (by: number) => () => {
    chosen.value = Math.max(5, Math.min(240, minutes() + by));
  };
  return (
    <div class="accept">
      <button type="button" class="button" aria-label={say(texts.less)} data-testid="prep-less" onClick={change(-5)}>
        −
      </button>
      <button
        type="button"
        class="button good"
        aria-disabled={isBusy}
        aria-busy={isBusy}
        data-testid="accept"
        onClick={() => isBusy || onAccept(minutes())}
      >
        <span class="accept-words">
          {say(texts.accept)} <span class="number accept-minutes">{say(texts.minutes, { m: minutes() })}</span>
        </span>
      </button>
      <button
        type="button"
        class="button"
        aria-label={say(texts.moreMinutes)}
        data-testid="prep-more"
        onClick={change(5)}
      >
        +
      </button>
    </div>
  );
}

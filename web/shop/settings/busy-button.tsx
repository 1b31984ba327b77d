import { useRef } from 'preact/hooks';
import type { ShopSettings } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { command, stream } from '../screen.ts';
import { texts } from '../texts.ts';

const steps = [0, 15, 30];

/** The new settings arrive within this time before or after the command's result. */
const SETTLED_MS = 2_000;

/** Adds 15 minutes to the time that customers are told, with the next tap 30, with the third none. */
export function BusyButton({ shop }: { shop: ShopSettings }) {
  const pending = stream.value?.outbox.flatMap(({ operation }) =>
    operation.op === 'set_busy' ? operation.busyMinutes : [],
  );
  const minutes = pending?.at(-1) ?? shop.busyMinutes;
  const tapped = useRef({ minutes: 0, at: Number.NEGATIVE_INFINITY });
  // Quick taps build on each other while the new settings are still on their way.
  const next = () => {
    const at = performance.now();
    const now = at - tapped.current.at < SETTLED_MS ? tapped.current.minutes : minutes;
    tapped.current = { minutes: steps.find(step => step > now) ?? 0, at };
    return tapped.current.minutes;
  };
  return (
    <button
      type="button"
      class={minutes > 0 ? 'button busy-button is-busy' : 'button busy-button'}
      title={say(texts.busyHint)}
      aria-busy={minutes !== shop.busyMinutes}
      data-testid="busy"
      data-minutes={minutes}
      onClick={() => command({ op: 'set_busy', busyMinutes: next() })}
    >
      <span class="busy-word">{say(texts.busy)}</span> +{minutes}
    </button>
  );
}

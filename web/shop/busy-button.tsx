import { useRef } from 'preact/hooks';
import type { ShopSettings } from '../../functions/domain/frames.ts';
import { say } from '../shared/language.ts';
import { command, stream } from './screen.ts';
import { texts } from './texts.ts';

const steps = [0, 15, 30];

/** The settings come within this time of the command's result, before it or after it. */
const SETTLED_MS = 2_000;

/** One tap adds a quarter of an hour to what customers are told, the next one half an hour, the third nothing again. */
export function BusyButton({ shop }: { shop: ShopSettings }) {
  const pending = stream.value?.outbox.flatMap(({ operation }) =>
    operation.op === 'set_busy' ? operation.busyMinutes : [],
  );
  const minutes = pending?.at(-1) ?? shop.busyMinutes;
  const tapped = useRef({ minutes: 0, at: Number.NEGATIVE_INFINITY });
  // Quick taps go on from each other, also while the settings that they have led to are still on their way.
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

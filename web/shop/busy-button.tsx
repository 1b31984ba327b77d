import type { ShopSettings } from '../../functions/domain/frames.ts';
import { say } from '../shared/language.ts';
import { command, stream } from './screen.ts';
import { texts } from './texts.ts';

const steps = [0, 15, 30];

/** One tap adds a quarter of an hour to what customers are told, the next one half an hour, the third nothing again. */
export function BusyButton({ shop }: { shop: ShopSettings }) {
  // What was tapped last, even if the answer is still on its way: quick taps go on from each other.
  const wanted = () => {
    const pending = stream.value?.outbox.flatMap(({ operation }) =>
      operation.op === 'set_busy' ? operation.busyMinutes : [],
    );
    return pending?.at(-1) ?? shop.busyMinutes;
  };
  const minutes = wanted();
  return (
    <button
      type="button"
      class={minutes > 0 ? 'button busy-button is-busy' : 'button busy-button'}
      title={say(texts.busyHint)}
      aria-busy={minutes !== shop.busyMinutes}
      data-testid="busy"
      data-minutes={minutes}
      onClick={() => command({ op: 'set_busy', busyMinutes: steps.find(step => step > wanted()) ?? 0 })}
    >
      <span class="busy-word">{say(texts.busy)}</span> +{minutes}
    </button>
  );
}

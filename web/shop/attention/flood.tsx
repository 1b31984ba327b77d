import { signal } from '@preact/signals';
import { say } from '../../shared/language.ts';
import { texts } from '../texts.ts';

/** Strangers order so much that the server asks them for a proof, and nobody here has said yet that this was seen. */
export const isFlooded = signal(false);

/** Tells the shop that very many orders come, some of which may be a prank. */
export function Flood() {
  return (
    <div class="strip strip-bad" data-testid="flood">
      <p>{say(texts.manyOrders)}</p>
      <button
        type="button"
        class="button"
        data-testid="flood-seen"
        onClick={() => {
          isFlooded.value = false;
        }}
      >
        {say(texts.seen)}
      </button>
    </div>
  );
}

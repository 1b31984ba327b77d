import { isTerminal } from '../connection/order-book.ts';
import type { ShopStream } from '../connection/shop-state.ts';
import { Dialog } from '../shared/dialog.tsx';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { reasonWords, statusWords } from '../shared/order-words.ts';
import { dayAndTime } from '../shared/time.ts';
import { texts } from './texts.ts';

/** The last orders that came to an end, the newest first. */
export function DoneDialog({ state, onClose }: { state: ShopStream; onClose: () => void }) {
  const ended = [...state.orders.values()].filter(isTerminal).sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return (
    <Dialog title={say(texts.done)} testid="done-dialog" onClose={onClose}>
      {ended.length === 0 ? <p class="nothing">{say(texts.nothingDone)}</p> : <p class="muted">{say(texts.recent)}</p>}
      <ul class="stack">
        {ended.map(order => (
          <li key={order.id} class="ended">
            <span class="spread">
              <strong class="typed">
                #{order.number} {order.customer.name}
              </strong>
              <span class={order.status === 'completed' ? 'chip chip-good' : 'chip chip-bad'}>
                {say(statusWords[order.status])}
              </span>
            </span>
            <span class="spread muted small">
              <span>
                {dayAndTime(order.updatedAt)}
                {order.reason !== null && ` · ${say(reasonWords[order.reason])}`}
              </span>
              <span class="number">{money(order.totalCents, order.currency)}</span>
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

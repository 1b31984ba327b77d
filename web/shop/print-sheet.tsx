import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { statusWords } from '../shared/order-words.ts';
import { clockTime, dayAndTime } from '../shared/time.ts';
import { onPaper } from './print.ts';
import { stream } from './screen.ts';
import { texts } from './texts.ts';

/** The ticket as it comes out of the printer; on the screen it is out of sight. */
export function PrintSheet() {
  const order = onPaper.value;
  return (
    <div id="sheet" class="sheet" aria-hidden="true" data-testid="sheet">
      {order && (
        <>
          <p class="sheet-shop typed">{stream.value?.shop?.name}</p>
          <p class="sheet-number">#{order.number}</p>
          <p>
            {dayAndTime(order.placedAt)} · {say(statusWords[order.status])}
          </p>
          {order.readyAt !== null && (
            <p class="sheet-ready">{say(texts.readyAt, { time: clockTime(order.readyAt) })}</p>
          )}
          <ul class="sheet-items">
            {order.items.map(item => (
              <li key={`${item.dish} ${item.note}`}>
                <span class="sheet-line">
                  <strong>{item.quantity}×</strong>
                  <strong class="typed" dir="auto">
                    {item.name}
                  </strong>
                  <span class="sheet-price">{money(item.priceCents * item.quantity, order.currency)}</span>
                </span>
                {item.note !== null && (
                  <p class="sheet-note typed" dir="auto">
                    {item.note}
                  </p>
                )}
              </li>
            ))}
          </ul>
          {order.note !== null && (
            <p class="sheet-note typed" dir="auto">
              {say(texts.note, { note: order.note })}
            </p>
          )}
          <p class="sheet-total">
            <span>{say(texts.total)}</span>
            <span>{money(order.totalCents, order.currency)}</span>
          </p>
          <p class="typed" dir="auto">
            {order.customer.name}
          </p>
          <p>{order.customer.phone}</p>
          <p class="typed" dir="auto">
            {order.customer.address}
          </p>
        </>
      )}
    </div>
  );
}

import { pieceCents } from '../../../functions/domain/amounts.ts';
import type { Order } from '../../../functions/domain/frames.ts';
import { chargesOf, chargeWords } from '../../shared/charges.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { statusWords } from '../../shared/order-words.ts';
import { clockTime, dayAndTime } from '../../shared/time.ts';
import { itemKey } from '../orders/choices-in-words.ts';
import { handingOverInWords } from '../orders/handing-over.tsx';
import { ItemChoices } from '../orders/item-choices.tsx';
import { stream } from '../screen.ts';
import { texts } from '../texts.ts';
import { type Poster, printedSheet } from './print.ts';
import { QrCode } from './qr-code.tsx';

/** What comes out of the printer; on the screen it is out of sight. */
export function PrintSheet() {
  const sheet = printedSheet.value;
  return (
    <div id="sheet" class="sheet" aria-hidden="true" data-testid="sheet">
      {sheet && ('url' in sheet ? <PosterSheet poster={sheet} /> : <TicketSheet order={sheet} />)}
    </div>
  );
}

function PosterSheet({ poster: { shop, url } }: { poster: Poster }) {
  return (
    <>
      <p class="sheet-number typed">{shop}</p>
      <p class="sheet-ready">{say(texts.posterWords)}</p>
      <QrCode text={url} name={say(texts.qrCode)} />
      <p class="link-text" dir="ltr">
        {url}
      </p>
    </>
  );
}

function TicketSheet({ order }: { order: Order }) {
  return (
    <>
      <p class="sheet-shop typed">{stream.value?.shop?.name}</p>
      <p class="sheet-number">#{order.number}</p>
      <p>
        {dayAndTime(order.placedAt)} · {say(statusWords[order.status])}
      </p>
      {order.readyAt !== null && <p class="sheet-ready">{say(texts.readyAt, { time: clockTime(order.readyAt) })}</p>}
      {handingOverInWords(order).map(word => (
        <p key={word} class="sheet-ready typed">
          {word}
        </p>
      ))}
      <ul class="sheet-items">
        {order.items.map(item => (
          <li key={itemKey(item)}>
            <span class="sheet-line">
              <strong>{item.quantity}×</strong>
              <strong class="typed" dir="auto">
                {item.name}
              </strong>
              <span class="sheet-price">{money(pieceCents(item) * item.quantity, order.currency)}</span>
            </span>
            <ItemChoices item={item} />
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
      {/* A server of the version before says the total alone. */}
      {(order.amounts ? chargesOf(order.amounts) : []).map(({ name, cents }) => (
        <p key={name} class="sheet-sum" data-testid="sheet-sum">
          <span>{say(chargeWords[name])}</span>
          <span>{money(cents, order.currency)}</span>
        </p>
      ))}
      <p class="sheet-sum sheet-total">
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
  );
}

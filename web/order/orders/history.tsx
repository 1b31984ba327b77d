import { useSignal } from '@preact/signals';
import { Chip, type Tone } from '../../shared/chip.tsx';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { statusWords } from '../../shared/order-words.ts';
import { dayAndTime } from '../../shared/time.ts';
import { startReorder } from '../cart/order-again.ts';
import { linkTo } from '../route.ts';
import { texts } from '../texts.ts';
import { type MyOrder, myOrders, shopOf } from './my-orders.ts';

const FIRST_SHOWN = 5;

/** This device's orders, the newest first. */
export function History() {
  const showsAll = useSignal(false);
  const all = myOrders.value;
  if (all.length === 0) return null;
  return (
    <section class="stack my-orders" aria-labelledby="my-orders">
      <h2 id="my-orders">{say(texts.myOrders)}</h2>
      <ul class="stack" data-testid="my-orders">
        {(showsAll.value ? all : all.slice(0, FIRST_SHOWN)).map(mine => (
          <li key={mine.order.id} class="card past-order">
            <PastOrder mine={mine} />
          </li>
        ))}
      </ul>
      {!showsAll.value && all.length > FIRST_SHOWN && (
        <button type="button" class="button" data-testid="all-orders" onClick={() => (showsAll.value = true)}>
          {say(texts.allOrders, { n: all.length })}
        </button>
      )}
    </section>
  );
}

const tones: Readonly<Record<string, Tone>> = { placed: 'warn', accepted: 'good', ready: 'good', completed: 'plain' };

function PastOrder({ mine }: { mine: MyOrder }) {
  const { order, token } = mine;
  const { name, timeZone } = shopOf(order, mine);
  return (
    <>
      <a class="shop-link" href={linkTo({ view: 'order', order: order.id, token, shop: order.shop })}>
        <span class="spread">
          <span class="shop-name typed">{name ?? order.shop}</span>
          <Chip tone={tones[order.status] ?? 'bad'}>{say(statusWords[order.status])}</Chip>
        </span>
        <span class="muted small typed dishes-in-short">{inShort(order.items)}</span>
        <span class="spread muted small">
          <span>
            {say(texts.orderNumber, { n: order.number })} · {dayAndTime(order.placedAt, timeZone)}
          </span>
          <span class="number">{money(order.totalCents, order.currency)}</span>
        </span>
      </a>
      <button
        type="button"
        class="text-button"
        data-testid={`again-${order.number}`}
        onClick={() => startReorder(order)}
      >
        {say(texts.again)}
        <span class="visually-hidden"> {say(texts.orderNumber, { n: order.number })}</span>
      </button>
    </>
  );
}

function inShort(items: MyOrder['order']['items']): string {
  return items.map(({ name, quantity }) => (quantity > 1 ? `${name} × ${quantity}` : name)).join(say(['、', ', ']));
}

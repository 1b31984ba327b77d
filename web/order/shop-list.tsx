import type { Shop } from '../../functions/domain/frames.ts';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { statusWords } from '../shared/order-words.ts';
import { dayAndTime } from '../shared/time.ts';
import { Reading } from './app.tsx';
import { type MyOrder, myOrders } from './my-orders.ts';
import { linkTo } from './route.ts';
import { reading, shops } from './shops.ts';
import { texts } from './texts.ts';

/** All shops, and below them this device's orders. */
export function ShopList({ retry }: { retry: () => void }) {
  const all = [...shops.value.values()];
  return (
    <div class="stack">
      <h2>{say(texts.shops)}</h2>
      {all.length > 0 ? (
        <ul class="stack" data-testid="shops">
          {all.map(shop => (
            <li key={shop.id}>
              <ShopLink shop={shop} />
            </li>
          ))}
        </ul>
      ) : reading.value === 'done' ? (
        <p class="nothing">{say(texts.noShops)}</p>
      ) : (
        <Reading retry={retry} />
      )}
      <MyOrders />
    </div>
  );
}

function ShopLink({ shop }: { shop: Shop }) {
  return (
    <a class="card shop-link" href={linkTo({ view: 'menu', shop: shop.id })} data-testid={`shop-${shop.id}`}>
      <span class="shop-name typed">{shop.name}</span>
      <ShopState shop={shop} />
    </a>
  );
}

/** Open or closed, reachable or not, and how long the kitchen takes. */
export function ShopState({ shop }: { shop: Shop }) {
  return (
    <span class="row shop-state" data-testid="shop-state" data-open={shop.open} data-online={shop.online}>
      <span class={shop.open ? 'chip chip-good' : 'chip chip-bad'}>{say(shop.open ? texts.open : texts.closed)}</span>
      {shop.open && !shop.online && <span class="chip chip-warn">{say(texts.offline)}</span>}
      {shop.open && <span class="muted small">{say(texts.prep, { m: shop.prepMinutes })}</span>}
    </span>
  );
}

function MyOrders() {
  if (myOrders.value.length === 0) return null;
  return (
    <section class="stack my-orders" aria-labelledby="my-orders">
      <h2 id="my-orders">{say(texts.myOrders)}</h2>
      <ul class="stack" data-testid="my-orders">
        {myOrders.value.map(mine => (
          <li key={mine.order.id}>
            <MyOrderLink mine={mine} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const chipOf = { placed: 'chip-warn', accepted: 'chip-good', ready: 'chip-good', completed: '' } as const;

function MyOrderLink({ mine: { order, token, shopName } }: { mine: MyOrder }) {
  const chip = order.status in chipOf ? chipOf[order.status as keyof typeof chipOf] : 'chip-bad';
  return (
    <a class="card shop-link" href={linkTo({ view: 'order', order: order.id, token, shop: order.shop })}>
      <span class="spread">
        <span class="shop-name typed">
          {shopName ?? shops.value.get(order.shop)?.name ?? order.shop} · {say(texts.orderNumber, { n: order.number })}
        </span>
        <span class={`chip ${chip}`}>{say(statusWords[order.status])}</span>
      </span>
      <span class="spread muted small">
        <span>{dayAndTime(order.placedAt)}</span>
        <span class="number">{money(order.totalCents, order.currency)}</span>
      </span>
    </a>
  );
}

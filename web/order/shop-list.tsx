import { useMemo } from 'preact/hooks';
import type { Shop } from '../../functions/domain/frames.ts';
import { Dock } from '../shared/dock.tsx';
import { Empty } from '../shared/empty.tsx';
import { say } from '../shared/language.ts';
import { statusWords } from '../shared/order-words.ts';
import { History } from './history.tsx';
import { myOrders, openOrders } from './my-orders.ts';
import { Reading } from './reading.tsx';
import { linkTo } from './route.ts';
import { ShopState } from './shop-state.tsx';
import { reading, shops } from './shops.ts';
import { texts } from './texts.ts';

/** All shops, and below them this device's orders. */
export function ShopList({ retry }: { retry: () => void }) {
  const all = [...shops.value.values()];
  return (
    <div class="stack">
      <h1>{say(texts.shops)}</h1>
      {all.length > 0 ? (
        <ul class="stack shops" data-testid="shops">
          {all.map(shop => (
            <li key={shop.id}>
              <ShopLink shop={shop} />
            </li>
          ))}
        </ul>
      ) : reading.value === 'done' ? (
        <Empty>{say(texts.noShops)}</Empty>
      ) : (
        <Reading retry={retry} />
      )}
      <History />
      <OnItsWay />
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

/** The newest order that was not finished when the page was opened, at hand until one goes elsewhere. */
function OnItsWay() {
  const id = useMemo(() => openOrders()[0]?.order.id, []);
  const mine = myOrders.value.find(({ order }) => order.id === id);
  if (mine === undefined) return null;
  const { order, token } = mine;
  return (
    <Dock>
      <a
        class="button wide big to-checkout"
        data-testid="on-its-way"
        href={linkTo({ view: 'order', order: order.id, token, shop: order.shop })}
      >
        <span>{say(texts.orderNumber, { n: order.number })}</span>
        <span>{say(statusWords[order.status])} ›</span>
      </a>
    </Dock>
  );
}

import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Shop } from '../../../functions/domain/frames.ts';
import { Dock } from '../../shared/dock.tsx';
import { Empty } from '../../shared/empty.tsx';
import { say } from '../../shared/language.ts';
import { statusWords } from '../../shared/order-words.ts';
import { serverNow } from '../../shared/time.ts';
import { History } from '../orders/history.tsx';
import { myOrders, openOrders } from '../orders/my-orders.ts';
import { linkTo } from '../route.ts';
import { texts } from '../texts.ts';
import { shops } from './known-shops.ts';
import { Monogram } from './monogram.tsx';
import { Reading } from './reading.tsx';
import { sellingInWords } from './selling-words.ts';
import { ShopState } from './shop-state.tsx';
import { hasMoreShops, reading } from './shops.ts';

/** All shops, and below them this device's orders. */
export function ShopList({ retry, readMore }: { retry: () => void; readMore: () => void }) {
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
      {all.length > 0 && hasMoreShops.value && <MoreShops shown={all.length} readMore={readMore} />}
      <History />
      <OnItsWay />
    </div>
  );
}

function ShopLink({ shop }: { shop: Shop }) {
  return (
    <a class="card shop-link shop-card" href={linkTo({ view: 'menu', shop: shop.id })} data-testid={`shop-${shop.id}`}>
      <Monogram shop={shop} />
      <span class="shop-name typed">{shop.name}</span>
      <ShopState shop={shop} />
      <Selling shop={shop} />
    </a>
  );
}

/** A shop that delivers for nothing has nothing to say here. */
function Selling({ shop }: { shop: Shop }) {
  const words = useMemo(() => computed(() => sellingInWords(shop, serverNow.value).join(' · ')), [shop]).value;
  if (words === '') return null;
  return (
    <span class="shop-selling muted small" data-testid="selling">
      {words}
    </span>
  );
}

/** Says that the list is not whole. What could not be read is asked for again by the same button. */
function MoreShops({ shown, readMore }: { shown: number; readMore: () => void }) {
  const isReading = reading.value === 'busy';
  return (
    <div class="stack" role="status">
      <p class="muted">{say(reading.value === 'failed' ? texts.loadFailed : texts.firstShops, { n: shown })}</p>
      <button
        type="button"
        class="button"
        aria-busy={isReading}
        data-testid="more-shops"
        onClick={() => isReading || readMore()}
      >
        {say(texts.moreShops)}
      </button>
    </div>
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

import { useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Addresses } from '../connection/addresses.ts';
import { onWake } from '../connection/browser.ts';
import { say } from '../shared/language.ts';
import { LanguageSwitch } from '../shared/language-switch.tsx';
import { Toasts } from '../shared/toast.tsx';
import { openCart, reconcile } from './cart.ts';
import { Checkout } from './checkout.tsx';
import { follow } from './following.ts';
import { Menu } from './menu.tsx';
import { openOrders } from './my-orders.ts';
import { OrderStatus } from './order-status.tsx';
import { PlacingDialog } from './placing-dialog.tsx';
import { linkTo, route } from './route.ts';
import { ShopList } from './shop-list.tsx';
import { reading, readShops, shops } from './shops.ts';
import { texts } from './texts.ts';

/** A menu that is older is read again when the page comes back into view. */
const MENU_AGE_MS = 30_000;

/** The customer's page. */
export function App({ addresses }: { addresses: Addresses }) {
  const { value: place } = route;
  const shopId = place.view === 'menu' || place.view === 'checkout' ? place.shop : undefined;
  const shop = shopId === undefined ? undefined : shops.value.get(shopId);

  useEffect(() => {
    if (place.view === 'order') return;
    const read = () => void readShops(addresses.getShopInfo, shopId, MENU_AGE_MS);
    read();
    return onWake(read);
  }, [addresses, place.view, shopId]);

  useSignalEffect(() => {
    if (route.value.view === 'order') follow(addresses.webSocket, route.value.order, route.value.token);
    for (const { order, token } of openOrders()) follow(addresses.webSocket, order.id, token);
  });

  useEffect(() => {
    if (shop === undefined) return;
    openCart(shop.id);
    reconcile(shop.dishes);
  }, [shop]);

  useEffect(() => {
    document.title = shop?.name ?? say(texts.title);
  });

  return (
    <>
      <header class="top">
        {place.view === 'shops' ? (
          <h1>{say(texts.title)}</h1>
        ) : (
          <a
            class="quiet-button back"
            data-testid="back"
            href={linkTo(place.view === 'checkout' ? { view: 'menu', shop: place.shop } : { view: 'shops' })}
          >
            <span aria-hidden="true">‹</span>
            {say(place.view === 'checkout' ? texts.back : texts.allShops)}
          </a>
        )}
        <LanguageSwitch />
      </header>
      <main class="main" data-view={place.view}>
        {place.view === 'shops' && <ShopList retry={() => void readShops(addresses.getShopInfo)} />}
        {shopId !== undefined && shop === undefined && (
          <Missing retry={() => void readShops(addresses.getShopInfo, shopId)} />
        )}
        {shop !== undefined && place.view === 'menu' && <Menu shop={shop} />}
        {shop !== undefined && place.view === 'checkout' && (
          <Checkout shop={shop} readMenu={() => readShops(addresses.getShopInfo, shop.id)} />
        )}
        {place.view === 'order' && <OrderStatus key={place.order} order={place.order} shop={place.shop} />}
      </main>
      <PlacingDialog />
      <Toasts />
    </>
  );
}

function Missing({ retry }: { retry: () => void }) {
  if (reading.value === 'missing') return <p class="nothing">{say(texts.shopMissing)}</p>;
  return <Reading retry={retry} />;
}

/** That something is being read, or could not be. */
export function Reading({ retry }: { retry: () => void }) {
  if (reading.value === 'busy') {
    return (
      <p class="nothing" role="status">
        {say(texts.loading)}
      </p>
    );
  }
  return (
    <div class="nothing stack" role="alert">
      <p>{say(texts.loadFailed)}</p>
      <div>
        <button type="button" class="button" data-testid="retry" onClick={retry}>
          {say(texts.tryAgain)}
        </button>
      </div>
    </div>
  );
}

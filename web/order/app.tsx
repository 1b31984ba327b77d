import { effect, untracked, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Addresses } from '../connection/addresses.ts';
import { onWake } from '../connection/browser.ts';
import { say } from '../shared/language.ts';
import { LanguageSwitch } from '../shared/language-switch.tsx';
import { OfflineChip } from '../shared/online.tsx';
import { Toasts } from '../shared/toast.tsx';
import { openCart, reconcile } from './cart.ts';
import { Checkout } from './checkout.tsx';
import { follow } from './following.ts';
import { Menu } from './menu.tsx';
import { openOrders } from './my-orders.ts';
import { fillAgain, missingDishes } from './order-again.ts';
import { OrderStatus } from './order-status.tsx';
import { PlacingDialog } from './placing-dialog.tsx';
import { Reading } from './reading.tsx';
import { linkTo, type Route, route } from './route.ts';
import { ShopList } from './shop-list.tsx';
import { readShops, shops } from './shops.ts';
import { texts } from './texts.ts';
import { visit } from './visiting.ts';

/** A menu that is older is read again when the page comes back into view. */
const MENU_AGE_MS = 5_000;

/** The customer's page. */
export function App({ addresses }: { addresses: Addresses }) {
  const { value: place } = route;
  const shopId = shopOf(place);
  const shop = shopId === undefined ? undefined : shops.value.get(shopId);
  const isOrder = place.view === 'order';
  useFreshShops(addresses, shopId, isOrder);
  useOpenOrders(addresses);
  useCart();
  useTitle(isOrder ? undefined : (shop?.name ?? say(texts.title)));
  const main = useFocusOnArrival(JSON.stringify(place));

  return (
    <>
      <header class="top">
        <Back from={place} />
        <OfflineChip />
        <LanguageSwitch />
      </header>
      <main class="main" ref={main} tabIndex={-1} data-view={place.view}>
        {place.view === 'shops' && <ShopList retry={() => void readShops(addresses.getShopInfo)} />}
        {shopId !== undefined && shop === undefined && (
          <Reading heading={say(texts.title)} retry={() => void readShops(addresses.getShopInfo, shopId)} />
        )}
        {shop !== undefined && place.view === 'menu' && <Menu key={shop.id} shop={shop} />}
        {shop !== undefined && place.view === 'checkout' && (
          <Checkout key={shop.id} shop={shop} readMenu={() => readShops(addresses.getShopInfo, shop.id)} />
        )}
        {isOrder && <OrderStatus key={place.order} id={place.order} shop={place.shop} />}
      </main>
      <PlacingDialog />
      <Toasts />
    </>
  );
}

function Back({ from }: { from: Route }) {
  if (from.view === 'shops') return <p class="page-name">{say(texts.title)}</p>;
  const isCheckout = from.view === 'checkout';
  return (
    <a
      class="quiet-button back"
      data-testid="back"
      href={linkTo(isCheckout ? { view: 'menu', shop: from.shop } : { view: 'shops' })}
    >
      <span aria-hidden="true">‹</span>
      {say(isCheckout ? texts.back : texts.allShops)}
    </a>
  );
}

function shopOf(place: Route): string | undefined {
  return place.view === 'menu' || place.view === 'checkout' ? place.shop : undefined;
}

function useFreshShops(addresses: Addresses, shop: string | undefined, isOrder: boolean): void {
  useEffect(() => {
    if (isOrder) return;
    const read = () => void readShops(addresses.getShopInfo, shop, MENU_AGE_MS);
    read();
    const stops = [onWake(read), visit(addresses, shop)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [addresses, shop, isOrder]);
}

function useOpenOrders({ webSocket }: Addresses): void {
  useSignalEffect(() => {
    if (route.value.view === 'order') follow(webSocket, route.value.order, route.value.token);
    for (const { order, token } of openOrders()) follow(webSocket, order.id, token);
  });
}

/** The cart follows the menu, at once (unlike `useSignalEffect`): whoever has read it has a cart that fits. */
function useCart(): void {
  useEffect(() => effect(fitCart), []);
}

function fitCart(): void {
  const id = shopOf(route.value);
  const shop = id === undefined ? undefined : shops.value.get(id);
  untracked(() => {
    if (id === undefined) missingDishes.value = [];
    if (shop === undefined) return;
    openCart(shop.id);
    reconcile(shop.dishes);
    fillAgain(shop);
  });
}

function useTitle(title: string | undefined): void {
  useLayoutEffect(() => {
    if (title !== undefined) document.title = title;
  });
}

/** Whoever hears the page instead of seeing it is taken along to what has been opened. */
function useFocusOnArrival(place: string) {
  const main = useRef<HTMLElement>(null);
  const last = useRef(place);
  useEffect(() => {
    if (last.current !== place) main.current?.focus({ preventScroll: true });
    last.current = place;
  }, [place]);
  return main;
}

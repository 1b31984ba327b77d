import { effect, untracked, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Addresses } from '../connection/addresses.ts';
import { onWake } from '../connection/browser.ts';
import { say } from '../shared/language.ts';
import { LanguageSwitch } from '../shared/language-switch.tsx';
import { OfflineChip } from '../shared/online.tsx';
import { followOtherTabs, openCart, reconcile } from './cart/cart.ts';
import { Checkout } from './cart/checkout.tsx';
import { DishSheet } from './cart/dish-sheet.tsx';
import { finishReorder, missingDishes } from './cart/order-again.ts';
import { follow } from './orders/following.ts';
import { myOrders, openOrders } from './orders/my-orders.ts';
import { OrderStatus } from './orders/order-status.tsx';
import { usePageTitle } from './page-title.ts';
import { PlacingDialog } from './placing/placing-dialog.tsx';
import { linkTo, type Route, route } from './route.ts';
import { keepShopsFresh } from './shops/fresh-shops.ts';
import { shops } from './shops/known-shops.ts';
import { Menu } from './shops/menu.tsx';
import { Reading } from './shops/reading.tsx';
import { ShopList } from './shops/shop-list.tsx';
import { readMoreShops, readShops } from './shops/shops.ts';
import { texts } from './texts.ts';
import { isWide } from './wide.ts';

/** A menu older than this is read again when the page becomes visible. */
const MENU_AGE_MS = 5_000;

/** The customer's page. */
export function App({ addresses }: { addresses: Addresses }) {
  const { value: place } = route;
  const shopId = shopOf(place);
  const shop = shopId === undefined ? undefined : shops.value.get(shopId);
  const isOrder = place.view === 'order';
  const isWideView = isWide.value && place.view === 'menu' && shop !== undefined;
  useFreshShops(addresses, shopId, isOrder);
  useOpenOrders(addresses);
  useCart();
  usePageTitle(isOrder ? undefined : (shop?.name ?? say(texts.title)));
  const main = useFocusOnArrival(JSON.stringify(place));

  return (
    <>
      <header class="top" data-wide={isWideView}>
        <Back from={place} />
        <OfflineChip />
        <LanguageSwitch />
      </header>
      <main class="main" ref={main} tabIndex={-1} data-view={place.view} data-wide={isWideView}>
        {place.view === 'shops' && (
          <ShopList
            retry={() => void readShops(addresses.getShopInfo)}
            readMore={() => void readMoreShops(addresses.getShopInfo)}
          />
        )}
        {shopId !== undefined && shop === undefined && (
          <Reading heading={say(texts.title)} retry={() => void readShops(addresses.getShopInfo, shopId)} />
        )}
        {shop !== undefined && place.view === 'menu' && <Menu key={shop.id} shop={shop} />}
        {shop !== undefined && place.view === 'checkout' && (
          <Checkout
            key={shop.id}
            shop={shop}
            getShopInfoUrl={addresses.getShopInfo}
            readMenu={() => readShops(addresses.getShopInfo, shop.id)}
          />
        )}
        {isOrder && (
          <OrderStatus
            key={place.order}
            id={place.order}
            token={place.token}
            shop={place.shop}
            readShop={id => void readShops(addresses.getShopInfo, id)}
          />
        )}
      </main>
      {shop !== undefined && !isOrder && <DishSheet shop={shop} />}
      <PlacingDialog />
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
    const stops = [onWake(read), keepShopsFresh(addresses, shop)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [addresses, shop, isOrder]);
}

function useOpenOrders({ webSocket }: Addresses): void {
  useSignalEffect(() => {
    const { value: place } = route;
    // The device that ordered holds the better of the two links, whichever was opened.
    const mine = place.view === 'order' ? myOrders.value.find(({ order }) => order.id === place.order) : undefined;
    if (place.view === 'order' && place.token !== '') follow(webSocket, place.order, mine?.token ?? place.token);
    for (const { order, token } of openOrders()) follow(webSocket, order.id, token);
  });
}

/** Fits the cart to the menu as soon as it changes: `useSignalEffect` would do it after the next rendering. */
function useCart(): void {
  useEffect(() => effect(fitCart), []);
  useEffect(followOtherTabs, []);
}

function fitCart(): void {
  const id = shopOf(route.value);
  const shop = id === undefined ? undefined : shops.value.get(id);
  untracked(() => {
    if (id === undefined) missingDishes.value = [];
    if (shop === undefined) return;
    openCart(shop.id);
    reconcile(shop.dishes);
    finishReorder(shop);
  });
}

/** Moves the focus to the new view, for screen readers. */
function useFocusOnArrival(place: string) {
  const main = useRef<HTMLElement>(null);
  const last = useRef(place);
  useEffect(() => {
    if (last.current !== place) main.current?.focus({ preventScroll: true });
    last.current = place;
  }, [place]);
  return main;
}

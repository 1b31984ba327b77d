import { signal } from '@preact/signals';

/** Where in the page one is. It stands in the fragment, so that the back button and a reload work, and no server sees it. */
export type Route =
  | { view: 'shops' }
  | { view: 'menu'; shop: string }
  | { view: 'checkout'; shop: string }
  | { view: 'order'; order: string; token: string; shop: string | undefined };

/** The place that is shown. */
export const route = signal<Route>(readRoute(location.hash));

addEventListener('hashchange', () => {
  route.value = readRoute(location.hash);
  scrollTo(0, 0);
});

/** The fragment of a place, for links. */
export function linkTo(to: Route): string {
  const parts = new URLSearchParams();
  if (to.view === 'order') {
    parts.set('order', to.order);
    parts.set('token', to.token);
  }
  if (to.view !== 'shops' && to.shop !== undefined) parts.set('shop', to.shop);
  if (to.view === 'checkout') parts.set('checkout', '1');
  return `#${parts}`;
}

/** Goes there; `replacing` takes the place of the present entry of the history. */
export function goTo(to: Route, replacing = false): void {
  if (replacing) location.replace(linkTo(to));
  else location.hash = linkTo(to);
}

function readRoute(fragment: string): Route {
  const parts = new URLSearchParams(fragment.replace(/^#/, ''));
  const order = parts.get('order');
  const token = parts.get('token');
  const shop = parts.get('shop') ?? undefined;
  if (order && token) return { view: 'order', order, token, shop };
  if (!shop) return { view: 'shops' };
  return { view: parts.has('checkout') ? 'checkout' : 'menu', shop };
}

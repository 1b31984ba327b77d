import { signal } from '@preact/signals';

/**
 * The view that is shown. It is kept in the fragment, so that the back button and a reload work, and no server sees it.
 */
export type Route =
  | { view: 'shops' }
  | { view: 'menu'; shop: string }
  | { view: 'checkout'; shop: string }
  | { view: 'order'; order: string; token: string; shop: string | undefined };

/** The wire's limits for an order's id and token, in characters. */
const MOST_ORDER_ID = 64;
const MOST_TOKEN = 200;

/** The present route. */
export const route = signal<Route>(readRoute(location.hash));

addEventListener('hashchange', () => {
  route.value = readRoute(location.hash);
  scrollTo(0, 0);
});

/** Returns the fragment of a route, for links. */
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

/** Goes to a route; `replacing` replaces the present entry of the history. */
export function goTo(to: Route, replacing = false): void {
  if (replacing) location.replace(linkTo(to));
  else location.hash = linkTo(to);
}

/**
 * Reads a route. Chats and mails damage links: they escape `&`, and add the character behind the link to it. A link of
 * an order that is incomplete yields an empty token, so that the page can say so.
 */
function readRoute(fragment: string): Route {
  const parts = new URLSearchParams(fragment.replace(/^#/, '').replaceAll('&amp;', '&'));
  const order = idIn(parts.get('order'));
  const token = tokenIn(parts.get('token'));
  const shop = idIn(parts.get('shop'));
  if (parts.has('order') || parts.has('token')) {
    const isWhole = order.length <= MOST_ORDER_ID && token.length <= MOST_TOKEN;
    return { view: 'order', order, token: isWhole ? token : '', shop: shop || undefined };
  }
  if (!shop) return { view: 'shops' };
  return { view: parts.has('checkout') ? 'checkout' : 'menu', shop };
}

/** The beginning of a text that can be an id or a token. */
function idIn(text: string | null): string {
  return /^[\w-]*/.exec(text?.trim() ?? '')?.[0] ?? '';
}

/** The beginning of a text that can be the token of an order: one or two parts, with a dot between them. */
function tokenIn(text: string | null): string {
  return /^[\w-]+(\.[\w-]+)?/.exec(text?.trim() ?? '')?.[0] ?? '';
}

import type { Push } from '../../apigateway/push.ts';
import type { Connections, JsonText, Shops, ShopText, StoredEvent, Subscriptions } from './ports.ts';
import { liveFrame, orderFrame, shopFrame } from './server-frame.ts';
import { shownOrder } from './without-customer.ts';

/** What it takes to tell those who see an order. */
export interface AnnounceDependencies {
  push: Push;
  connections: Pick<Connections, 'prune'>;
  subscriptions: Pick<Subscriptions, 'screensOf' | 'followersOf'>;
}

/** What it takes to tell everybody who sees a shop. */
export interface AnnounceShopDependencies extends AnnounceDependencies {
  subscriptions: AnnounceDependencies['subscriptions'] & Pick<Subscriptions, 'visitorsOf'>;
  shops: Pick<Shops, 'forScreens' | 'forVisitors'>;
}

/**
 * Tells the shop's screens, and those who follow the order, about an event that has been committed. The connections are
 * read only now: read before the commit, a screen that said hello in between would be told by nobody. `known` are the
 * screens where they have been read after the commit already. A push is a hint, so nothing here fails because of one.
 */
export async function announce(
  dependencies: AnnounceDependencies,
  event: StoredEvent,
  known?: string[],
): Promise<void> {
  const screens = known ?? (await dependencies.subscriptions.screensOf(event.shop));
  // Nobody can follow an order before its customer has been told of it.
  const { type, shop, orderId } = event;
  const followers = type === 'order.placed' ? [] : await dependencies.subscriptions.followersOf(shop, orderId);
  await Promise.all([
    deliver(dependencies, screens, liveFrame(event)),
    tellFollowers(dependencies, followers, event.order),
  ]);
}

async function tellFollowers(
  dependencies: AnnounceDependencies,
  followers: { id: string; isReadOnly: boolean }[],
  order: JsonText,
): Promise<void> {
  for (const isReadOnly of new Set(followers.map(each => each.isReadOnly))) {
    const ids = followers.filter(each => each.isReadOnly === isReadOnly).map(({ id }) => id);
    await deliver(dependencies, ids, orderFrame(shownOrder({ order, isReadOnly })));
  }
}

/** Tells the shop's screens, and then its visitors, that its settings or menu have changed. */
export async function announceShop(dependencies: AnnounceShopDependencies, shop: string): Promise<void> {
  const [text, screens] = await Promise.all([
    dependencies.shops.forScreens(shop),
    dependencies.subscriptions.screensOf(shop),
  ]);
  if (text !== undefined) await deliver(dependencies, screens, shopFrame(text));
  const visitors = await dependencies.subscriptions.visitorsOf(shop);
  if (visitors.length === 0) return;
  const seen = await dependencies.shops.forVisitors(shop);
  if (seen !== undefined) await tellVisitors(dependencies, visitors, seen);
}

/**
 * Pushes a shop to those who look at its menu. They may be many and none of them matters as a screen does: so a few at a
 * time, and no more when the gateway takes nothing. The timer tells those who are missed here (`claimVisitorNews`).
 */
export async function tellVisitors(
  dependencies: Omit<AnnounceDependencies, 'subscriptions'>,
  ids: string[],
  shop: ShopText,
): Promise<void> {
  const frame = shopFrame(shop);
  let unknown = 0;
  const waiting = ids.values();
  const lane = async () => {
    for (const id of waiting) {
      const outcome = await tell(dependencies, id, frame);
      if (outcome === 'unknown') unknown += 1;
      if (unknown >= VISITORS_AT_ONCE) return;
    }
  };
  await Promise.all(Array.from({ length: VISITORS_AT_ONCE }, lane));
}

/** Pushes a frame to each connection and forgets those that are gone. */
export async function deliver(
  dependencies: Omit<AnnounceDependencies, 'subscriptions'>,
  ids: string[],
  frame: string,
): Promise<void> {
  await Promise.all(ids.map(id => tell(dependencies, id, frame)));
}

async function tell({ push, connections }: Omit<AnnounceDependencies, 'subscriptions'>, id: string, frame: string) {
  const outcome = await push.send(id, frame);
  if (outcome === 'gone') await connections.prune(id);
  return outcome;
}

const VISITORS_AT_ONCE = 32;

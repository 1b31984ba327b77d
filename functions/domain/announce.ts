import { liveFrame, orderFrame, shopFrame } from './delivery.ts';
import type { Connections, Shops, ShopText, StoredEvent, Subscriptions } from './ports.ts';
import type { Push } from './push.ts';

/** What it takes to tell everybody. */
export interface Announcing {
  push: Push;
  connections: Pick<Connections, 'prune'>;
  subscriptions: Pick<Subscriptions, 'screensOf' | 'followersOf'>;
}

/** What it takes to tell everybody who sees a shop. */
export interface AnnouncingShop extends Announcing {
  subscriptions: Announcing['subscriptions'] & Pick<Subscriptions, 'visitorsOf'>;
  shops: Pick<Shops, 'forScreens' | 'forVisitors'>;
}

/**
 * Tells the shop's screens, and those who follow the order, about an event that has been committed. The connections are
 * read only now: read before the commit, a screen that said hello in between would be told by nobody. `known` are the
 * screens where they have been read after the commit already. A push is a hint, so nothing here fails because of one.
 */
export async function announce(world: Announcing, event: StoredEvent, known?: string[]): Promise<void> {
  const screens = known ?? (await world.subscriptions.screensOf(event.shop));
  // Nobody can follow an order before its customer has been told of it.
  const followers = event.type === 'order.placed' ? [] : await world.subscriptions.followersOf(event.orderId);
  await Promise.all([deliver(world, screens, liveFrame(event)), deliver(world, followers, orderFrame(event.order))]);
}

/** Tells the shop's screens, and then its visitors, that its settings or menu have changed. */
export async function announceShop(world: AnnouncingShop, shop: string): Promise<void> {
  const [text, screens] = await Promise.all([world.shops.forScreens(shop), world.subscriptions.screensOf(shop)]);
  if (text !== undefined) await deliver(world, screens, shopFrame(text));
  const visitors = await world.subscriptions.visitorsOf(shop);
  if (visitors.length === 0) return;
  const seen = await world.shops.forVisitors(shop);
  if (seen !== undefined) await tellVisitors(world, visitors, seen);
}

/**
 * Pushes a shop to those who look at its menu. They may be many and none of them matters as a screen does: so a few at a
 * time, and no more when the gateway takes nothing. Whom this misses, the timer tells.
 */
export async function tellVisitors(
  world: Omit<Announcing, 'subscriptions'>,
  ids: string[],
  shop: ShopText,
): Promise<void> {
  const frame = shopFrame(shop);
  let unknown = 0;
  const waiting = ids.values();
  const lane = async () => {
    for (const id of waiting) {
      const outcome = await tell(world, id, frame);
      if (outcome === 'unknown') unknown += 1;
      if (unknown >= VISITORS_AT_ONCE) return;
    }
  };
  await Promise.all(Array.from({ length: VISITORS_AT_ONCE }, lane));
}

/** Pushes a frame to each connection and forgets those that are gone. */
export async function deliver(world: Omit<Announcing, 'subscriptions'>, ids: string[], frame: string): Promise<void> {
  await Promise.all(ids.map(id => tell(world, id, frame)));
}

async function tell({ push, connections }: Omit<Announcing, 'subscriptions'>, id: string, frame: string) {
  const outcome = await push.send(id, frame);
  if (outcome === 'gone') await connections.prune(id);
  return outcome;
}

const VISITORS_AT_ONCE = 32;

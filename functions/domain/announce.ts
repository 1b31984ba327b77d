import { liveFrame, orderFrame, shopFrame } from './delivery.ts';
import type { Connections, Shops, StoredEvent, Subscriptions } from './ports.ts';
import type { Push } from './push.ts';

/** What it takes to tell everybody. */
export interface Announcing {
  push: Push;
  connections: Pick<Connections, 'prune'>;
  subscriptions: Pick<Subscriptions, 'screensOf' | 'followersOf'>;
}

/**
 * Tells the shop's screens, and those who follow the order, about an event that has been committed. The connections are
 * read only now: read before the commit, a screen that said hello in between would be told by nobody. A push is a hint,
 * so nothing here fails because of one.
 */
export async function announce(world: Announcing, event: StoredEvent, known?: string[]): Promise<void> {
  const screens = known ?? (await world.subscriptions.screensOf(event.shop));
  // Nobody can follow an order before its customer has been told of it.
  const followers = event.type === 'order.placed' ? [] : await world.subscriptions.followersOf(event.orderId);
  await Promise.all([deliver(world, screens, liveFrame(event)), deliver(world, followers, orderFrame(event.order))]);
}

/** Tells the shop's screens that its settings or menu have changed. */
export async function announceShop(world: Announcing & { shops: Pick<Shops, 'forScreens'> }, shop: string) {
  const [text, screens] = await Promise.all([world.shops.forScreens(shop), world.subscriptions.screensOf(shop)]);
  if (text !== undefined) await deliver(world, screens, shopFrame(text));
}

/** Pushes a frame to each connection and forgets those that are gone. */
export async function deliver(world: Omit<Announcing, 'subscriptions'>, ids: string[], frame: string): Promise<void> {
  await Promise.all(
    ids.map(async id => {
      if ((await world.push.send(id, frame)) === 'gone') await world.connections.prune(id);
    }),
  );
}

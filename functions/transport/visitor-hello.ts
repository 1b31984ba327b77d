import type { VisitorHelloFrame } from '../domain/frames.ts';
import { errorFrame, Refusal } from '../domain/refusal.ts';
import { visitorWelcome } from '../domain/server-frame.ts';
import { admit, type Greeter } from './admit.ts';
import { requireOpen } from './bound.ts';
import type { TransportDependencies } from './dependencies.ts';

/**
 * Lets a connection follow a shop's menu, instead of another's if it did. It is bound before the shop is read, so a
 * change that is made meanwhile is either in what is read or is told.
 */
export async function visitorHello(
  dependencies: TransportDependencies,
  greeter: Greeter,
  { shop }: VisitorHelloFrame,
): Promise<void> {
  const { id } = greeter;
  if (!(await dependencies.shops.exists(shop))) {
    await refuse(dependencies, id, shop, new Refusal('shop_not_found', 'there is no such shop'));
    return;
  }
  await admit(dependencies, greeter);
  const { outcome } = await dependencies.subscriptions.visitShop({ id, shop });
  requireOpen(outcome);
  if (outcome === 'full') {
    const message = 'too many look at this menu, read it over HTTP';
    await refuse(dependencies, id, shop, new Refusal('rate_limited', message, { retryAfterSeconds: 60 }));
    return;
  }
  const text = await dependencies.shops.forVisitors(shop);
  if (text !== undefined) await dependencies.push.send(id, visitorWelcome(text));
}

/** A connection that follows orders is left to them; any other is closed. */
async function refuse(dependencies: TransportDependencies, id: string, shop: string, refusal: Refusal) {
  const { push, subscriptions, securityEvents } = dependencies;
  if (!(await subscriptions.followsAny(id))) throw refusal;
  if (refusal.code === 'rate_limited') securityEvents.tell('too_many_connections');
  await push.send(id, errorFrame(refusal, { shop }));
}

import { sendPage, sendSnapshot } from '../domain/backlog.ts';
import { sayFarewell } from '../domain/farewell.ts';
import type { ClientFrame, CustomerHelloFrame, ShopHelloFrame } from '../domain/frames.ts';
import type { Bound } from '../domain/ports.ts';
import { errorFrame, Refusal } from '../domain/refusal.ts';
import { hashOf } from '../domain/secret.ts';
import { customerWelcome, readOnlyWelcome, shopWelcome } from '../domain/server-frame.ts';
import { withoutCustomer } from '../domain/without-customer.ts';
import { admit, type Greeter } from './admit.ts';
import { autoAccept } from './auto-accept.ts';
import { requireOpen } from './bound.ts';
import type { TransportDependencies } from './dependencies.ts';
import { visitorHello } from './visitor-hello.ts';

/** Opens a shop's stream, or lets a customer follow an order or a menu. */
export function hello(
  dependencies: TransportDependencies,
  greeter: Greeter,
  frame: Extract<ClientFrame, { type: 'hello' }>,
): Promise<void> {
  switch (frame.role) {
    case 'shop':
      return shopHello(dependencies, greeter, frame);
    case 'customer':
      return customerHello(dependencies, greeter, frame);
    case 'visitor':
      return visitorHello(dependencies, greeter, frame);
  }
}

/**
 * The connection is bound, and that is committed, before the log is read: so an order that is placed meanwhile is
 * either in what is read here or finds the connection.
 */
async function shopHello(dependencies: TransportDependencies, greeter: Greeter, frame: ShopHelloFrame): Promise<void> {
  const { id } = greeter;
  const key = await dependencies.shops.keyOf(frame.shop, hashOf(frame.token));
  if (key === undefined) throw unauthorized();
  const { shop, device, epoch, after, lastId } = frame;
  await admit(dependencies, greeter);
  const bound = await dependencies.subscriptions.bindScreen({ id, shop, device, keyId: key.keyId });
  await settle(dependencies, bound);

  const cursor = epoch === undefined || after === undefined ? undefined : { epoch, after, lastId };
  const touched = await dependencies.subscriptions.touch(id, cursor);
  if (touched.state !== 'shop') throw unauthorized();
  const text = await dependencies.shops.forScreens(shop);
  if (text === undefined) throw unauthorized();
  if (cursor !== undefined && touched.cursor === 'kept') {
    await dependencies.push.send(id, shopWelcome(touched.epoch, touched.head, true, key, text));
    if (cursor.after < touched.head) await sendPage(dependencies, id, touched, cursor.after);
    await autoAccept(dependencies, touched, cursor.after);
  } else {
    await sendSnapshot(dependencies, id, shop, open => shopWelcome(open.epoch, open.head, false, key, text));
  }
}

/** A further hello that is refused leaves the connection to the orders it follows already. */
async function customerHello(
  dependencies: TransportDependencies,
  greeter: Greeter,
  frame: CustomerHelloFrame,
): Promise<void> {
  const { id } = greeter;
  const opened = dependencies.readToken(frame.order, frame.token);
  const order = opened && (await dependencies.streams.order(frame.order, opened.shop));
  if (opened === undefined || order === undefined) {
    const isFurther = (await dependencies.subscriptions.followedBy(id)).length > 0;
    if (!isFurther) throw unauthorized();
    dependencies.securityEvents.tell('wrong_key');
    await dependencies.push.send(id, errorFrame(unauthorized(), { order: frame.order }));
    return;
  }
  const { isReadOnly } = opened;
  await admit(dependencies, greeter);
  const bound = await dependencies.subscriptions.followOrder({ id, shop: order.shop, order: frame.order, isReadOnly });
  if (bound.outcome === 'full') {
    const full = new Refusal('rate_limited', 'one connection follows at most 20 orders');
    await dependencies.push.send(id, errorFrame(full, { order: frame.order }));
    return;
  }
  await settle(dependencies, bound);
  // Read again: what changed between the first reading and the binding has been pushed to nobody here.
  const { order: current } = (await dependencies.streams.order(frame.order, order.shop)) ?? order;
  const welcome = isReadOnly
    ? readOnlyWelcome(withoutCustomer(current))
    : customerWelcome(current, dependencies.shareTokenOf(order.shop, frame.order));
  await dependencies.push.send(id, welcome);
}

async function settle({ push }: TransportDependencies, { outcome, replaced }: Bound): Promise<void> {
  requireOpen(outcome);
  await sayFarewell(push, replaced, new Refusal('replaced', 'a newer connection has taken the place'));
}

/** One answer for an unknown shop or order and for a wrong secret: who knocks learns nothing. */
function unauthorized(): Refusal {
  return new Refusal('unauthorized', 'this key opens nothing here');
}

import { deliver } from '../domain/announce.ts';
import { sendPage, sendSnapshot } from '../domain/backlog.ts';
import { customerWelcome, errorFrame, shopWelcome } from '../domain/delivery.ts';
import type { ClientFrame, CustomerHelloFrame, ShopHelloFrame } from '../domain/frames.ts';
import type { Bound } from '../domain/ports.ts';
import { Refusal } from '../domain/refusal.ts';
import { matches } from '../domain/secret.ts';
import { autoAccept } from './auto-accept.ts';
import { requireOpen } from './bound.ts';
import { visitorHello } from './visitor-hello.ts';
import type { TransportWorld } from './world.ts';

/** Opens a shop's stream, or lets a customer follow an order or a menu. */
export function hello(
  world: TransportWorld,
  id: string,
  frame: Extract<ClientFrame, { type: 'hello' }>,
): Promise<void> {
  switch (frame.role) {
    case 'shop':
      return shopHello(world, id, frame);
    case 'customer':
      return customerHello(world, id, frame);
    case 'visitor':
      return visitorHello(world, id, frame);
  }
}

/**
 * The connection is bound, and that is committed, before the log is read: so an order that is placed meanwhile is
 * either in what is read here or finds the connection.
 */
async function shopHello(world: TransportWorld, id: string, frame: ShopHelloFrame): Promise<void> {
  const key = await world.shops.keyOf(frame.shop);
  if (key === undefined || !matches(frame.token, key.hash)) throw unauthorized();
  const { shop, device, epoch, after, lastId } = frame;
  const bound = await world.subscriptions.bindScreen({ id, shop, device, keyVersion: key.version });
  await settle(world, bound);

  const cursor = epoch === undefined || after === undefined ? undefined : { epoch, after, lastId };
  const touched = await world.subscriptions.touch(id, cursor);
  if (touched.state !== 'shop') throw unauthorized();
  const text = await world.shops.forScreens(shop);
  if (text === undefined) throw unauthorized();
  if (cursor !== undefined && touched.cursor === 'kept') {
    await world.push.send(id, shopWelcome(touched.epoch, touched.head, true, text));
    if (cursor.after < touched.head) await sendPage(world, id, touched, cursor.after);
    await autoAccept(world, touched, cursor.after);
  } else {
    await sendSnapshot(world, id, shop, open => shopWelcome(open.epoch, open.head, false, text));
  }
}

/** A further hello that is refused leaves the connection to the orders it follows already. */
async function customerHello(world: TransportWorld, id: string, frame: CustomerHelloFrame): Promise<void> {
  const order = world.isTokenOf(frame.order, frame.token) ? await world.streams.order(frame.order) : undefined;
  if (order === undefined) {
    const isFurther = (await world.subscriptions.followedBy(id)).length > 0;
    if (!isFurther) throw unauthorized();
    await world.push.send(id, errorFrame(unauthorized(), { order: frame.order }));
    return;
  }
  const bound = await world.subscriptions.followOrder({ id, order: frame.order });
  if (bound.outcome === 'full') {
    const full = new Refusal('rate_limited', 'one connection follows at most 20 orders');
    await world.push.send(id, errorFrame(full, { order: frame.order }));
    return;
  }
  await settle(world, bound);
  // Read again: what changed between the first reading and the binding has been pushed to nobody here.
  const current = await world.streams.order(frame.order);
  await world.push.send(id, customerWelcome((current ?? order).order));
}

async function settle(world: TransportWorld, { outcome, replaced }: Bound): Promise<void> {
  requireOpen(outcome);
  await deliver(world, replaced, errorFrame(new Refusal('replaced', 'a newer connection has taken the place')));
  await Promise.all(replaced.map(id => world.push.close(id)));
}

/** One answer for an unknown shop or order and for a wrong secret: who knocks learns nothing. */
function unauthorized(): Refusal {
  return new Refusal('unauthorized', 'this key opens nothing here');
}

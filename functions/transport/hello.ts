import { sendPage, sendSnapshot } from '../domain/backlog.ts';
import { sayFarewell } from '../domain/farewell.ts';
import type { ClientFrame, CustomerHelloFrame, ShopHelloFrame } from '../domain/frames.ts';
import type { Paces } from '../domain/paces.ts';
import type { Bound } from '../domain/ports.ts';
import { errorFrame, Refusal } from '../domain/refusal.ts';
import { hashOf } from '../domain/secret.ts';
import { customerWelcome, readOnlyWelcome, shopWelcome } from '../domain/server-frame.ts';
import { withoutCustomer } from '../domain/without-customer.ts';
import { admit, type Greeter } from './admit.ts';
import { autoAccept } from './auto-accept.ts';
import { requireOpen } from './bound.ts';
import type { TransportDependencies } from './dependencies.ts';
import type { PacesOfTransport } from './paces.ts';
import { visitorHello } from './visitor-hello.ts';

/**
 * Opens a shop's stream, or lets a customer follow an order or a menu. Each costs several statements, right or wrong, so a
 * connection that says more of them than anybody has to is closed before the database hears of them.
 */
export async function hello(
  dependencies: TransportDependencies,
  { hellos, hellosOfConnection }: PacesOfTransport,
  greeter: Greeter,
  frame: Extract<ClientFrame, { type: 'hello' }>,
): Promise<void> {
  if (!hellosOfConnection.take(greeter.id)) throw tooOften('this connection says hello too often, wait a moment');
  switch (frame.role) {
    case 'shop':
      return shopHello(dependencies, greeter, frame);
    case 'customer':
      return customerHello(dependencies, hellos, greeter, frame);
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

/**
 * A further hello that is refused leaves the connection to the orders it follows already. Each new connection of an order
 * closes another, once there are as many as may be: so who opens them again and again is slowed down, token by token, since
 * whoever was handed a link must not be able to keep out its customer.
 */
async function customerHello(
  dependencies: TransportDependencies,
  hellos: Paces<never>,
  greeter: Greeter,
  frame: CustomerHelloFrame,
): Promise<void> {
  const { id } = greeter;
  const opened = dependencies.readToken(frame.order, frame.token);
  if (opened !== undefined && !hellos.take(frame.token))
    throw tooOften('this order is opened too often, wait a moment');
  const order = opened && (await dependencies.streams.order(frame.order, opened.shop));
  if (opened === undefined || order === undefined) {
    const isFurther = await dependencies.subscriptions.followsAny(id);
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

function tooOften(message: string): Refusal {
  return new Refusal('rate_limited', message, { retryAfterSeconds: 10 });
}

/** One answer for an unknown shop or order and for a wrong secret: who knocks learns nothing. */
function unauthorized(): Refusal {
  return new Refusal('unauthorized', 'this key opens nothing here');
}

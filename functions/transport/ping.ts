import { sendPage, sendSnapshot } from '../domain/backlog.ts';
import type { PingFrame } from '../domain/frames.ts';
import { customerPong, orderFrame, shopPong } from '../domain/server-frame.ts';
import { shownOrder } from '../domain/without-customer.ts';
import { autoAccept } from './auto-accept.ts';
import { requireBound } from './bound.ts';
import type { TransportDependencies } from './dependencies.ts';

/** A client is alive and says where it is: a screen gets what it lacks, a customer the orders that have changed, a visitor the version of the menu. */
export async function ping(
  dependencies: TransportDependencies,
  id: string,
  { epoch, after, lastId }: PingFrame,
): Promise<void> {
  const cursor = epoch === undefined || after === undefined ? undefined : { epoch, after, lastId };
  const touched = requireBound(await dependencies.subscriptions.touch(id, cursor));
  if (touched.state === 'customer') {
    for (const followed of await dependencies.subscriptions.ordersToTell(id))
      await dependencies.push.send(id, orderFrame(shownOrder(followed)));
    await dependencies.push.send(id, customerPong(await dependencies.subscriptions.visitedVersion(id)));
    return;
  }
  if (touched.cursor === 'lost' || touched.cursor === 'beyond') {
    await sendSnapshot(dependencies, id, touched.shop);
    return;
  }
  await dependencies.push.send(id, shopPong(touched.epoch, touched.head, touched.shopVersion));
  if (cursor === undefined) return;
  if (cursor.after < touched.head) await sendPage(dependencies, id, touched, cursor.after);
  await autoAccept(dependencies, touched, cursor.after);
}

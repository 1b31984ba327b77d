import { sendPage, sendSnapshot } from '../domain/backlog.ts';
import { customerPong, orderFrame, shopPong } from '../domain/delivery.ts';
import type { PingFrame } from '../domain/frames.ts';
import { autoAccept } from './auto-accept.ts';
import { requireBound } from './bound.ts';
import type { TransportWorld } from './world.ts';

/** A client is alive and says where it is: a screen gets what it lacks, a customer the orders as they are, a visitor the version of the menu. */
export async function ping(world: TransportWorld, id: string, { epoch, after, lastId }: PingFrame): Promise<void> {
  const cursor = epoch === undefined || after === undefined ? undefined : { epoch, after, lastId };
  const touched = requireBound(await world.subscriptions.touch(id, cursor));
  if (touched.state === 'customer') {
    for (const { order } of await world.subscriptions.followedBy(id)) await world.push.send(id, orderFrame(order));
    await world.push.send(id, customerPong(await world.subscriptions.visitedVersion(id)));
    return;
  }
  if (touched.cursor === 'lost' || touched.cursor === 'beyond') {
    await sendSnapshot(world, id, touched.shop);
    return;
  }
  await world.push.send(id, shopPong(touched.epoch, touched.head, touched.shopVersion));
  if (cursor === undefined) return;
  if (cursor.after < touched.head) await sendPage(world, id, touched, cursor.after);
  await autoAccept(world, touched, cursor.after);
}

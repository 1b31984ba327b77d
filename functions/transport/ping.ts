import { sendPage, sendSnapshot } from '../domain/backlog.ts';
import type { PingFrame } from '../domain/frames.ts';
import type { Paces } from '../domain/paces.ts';
import { customerPong, orderFrame, shopPong } from '../domain/server-frame.ts';
import { shownOrder } from '../domain/without-customer.ts';
import { autoAccept } from './auto-accept.ts';
import { requireBound } from './bound.ts';
import type { TransportDependencies } from './dependencies.ts';
import type { SamePong } from './paces.ts';

type Cursor = { epoch: string; after: number; lastId: string | undefined };

/**
 * A client is alive and says where it is: a screen gets what it lacks, a customer the orders that have changed, a visitor
 * the version of the menu. Who pings faster than anybody has to gets the last answer again, which costs nothing: what has
 * changed since comes with the next ping that is within the pace.
 */
export async function ping(
  dependencies: TransportDependencies,
  pings: Paces<SamePong>,
  id: string,
  frame: PingFrame,
): Promise<void> {
  const cursor = cursorOf(frame);
  const again = pings.take(id) ? undefined : pings.kept(id);
  if (again !== undefined) await dependencies.push.send(id, again(cursor));
  else await answer(dependencies, id, cursor, pong => pings.keep(id, pong));
}

function cursorOf({ epoch, after, lastId }: PingFrame): Cursor | undefined {
  return epoch === undefined || after === undefined ? undefined : { epoch, after, lastId };
}

async function answer(
  dependencies: TransportDependencies,
  id: string,
  cursor: Cursor | undefined,
  keep: (pong: SamePong) => void,
): Promise<void> {
  const touched = requireBound(await dependencies.subscriptions.touch(id, cursor));
  if (touched.state === 'customer') {
    for (const followed of await dependencies.subscriptions.ordersToTell(id))
      await dependencies.push.send(id, orderFrame(shownOrder(followed)));
    const pong = customerPong(await dependencies.subscriptions.visitedVersion(id));
    keep(() => pong);
    await dependencies.push.send(id, pong);
    return;
  }
  if (touched.cursor === 'lost' || touched.cursor === 'beyond') {
    await sendSnapshot(dependencies, id, touched.shop);
    return;
  }
  const { epoch, head, shopVersion } = touched;
  await dependencies.push.send(id, shopPong(epoch, head, shopVersion));
  // Events have reached the screen since: a head behind them would tell it that the log was cut.
  keep(later => shopPong(epoch, later?.epoch === epoch ? Math.max(head, later.after) : head, shopVersion));
  if (cursor === undefined) return;
  if (cursor.after < touched.head) await sendPage(dependencies, id, touched, cursor.after);
  await autoAccept(dependencies, touched, cursor.after);
}

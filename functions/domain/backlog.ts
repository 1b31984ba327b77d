import type { Announcing } from './announce.ts';
import { pageOf, snapshotFrames } from './delivery.ts';
import { MAX_EVENTS_PER_PAGE } from './frames.ts';
import type { OpenOrders, Streams, Subscriptions } from './ports.ts';

/** What it takes to send a screen what it lacks. */
export interface Sending extends Pick<Announcing, 'push'> {
  streams: Pick<Streams, 'page' | 'openOrders'>;
  subscriptions: Pick<Subscriptions, 'setPage' | 'turnPage' | 'startSnapshot'>;
}

/** A screen and where its shop's log stands. */
export interface Screen {
  shop: string;
  epoch: string;
  head: number;
}

/** Starts paging at the event after `after`. The place is kept before the page is sent, so that its ack finds it. */
export async function sendPage(world: Sending, id: string, screen: Screen, after: number) {
  const { frame, pageSeq } = await readPage(world, screen, after);
  await world.subscriptions.setPage(id, pageSeq);
  return world.push.send(id, frame);
}

/**
 * The device has kept everything up to `acked`: sends the next page, if that reaches `pageSeq`, the end of the last one.
 */
export async function sendNextPage(
  world: Sending,
  id: string,
  screen: Screen & { pageSeq: number | undefined },
  acked: number,
): Promise<void> {
  if (screen.pageSeq === undefined || acked < screen.pageSeq) return;
  const { frame, pageSeq } = await readPage(world, screen, acked);
  // Calls for one connection may overlap; a page must not go out twice.
  if (await world.subscriptions.turnPage(id, screen.pageSeq, pageSeq)) await world.push.send(id, frame);
}

/** Sends every open order, all frames at once. `before` makes a frame that goes out first. */
export async function sendSnapshot(world: Sending, id: string, shop: string, before?: (open: OpenOrders) => string) {
  const open = await world.streams.openOrders(shop);
  await world.subscriptions.startSnapshot(id, open.epoch);
  const frames = snapshotFrames(open);
  let outcome = before === undefined ? 'sent' : await world.push.send(id, before(open));
  for (const frame of frames) if (outcome !== 'gone') outcome = await world.push.send(id, frame);
  return outcome;
}

async function readPage({ streams }: Sending, { shop, epoch, head }: Screen, after: number) {
  const events = await streams.page(shop, after, MAX_EVENTS_PER_PAGE + 1);
  // The log may have grown since head was read.
  return pageOf(events, epoch, Math.max(head, events.at(-1)?.seq ?? 0));
}

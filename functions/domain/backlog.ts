import { announce } from '../domain/announce.ts';
import { pageOf, snapshotFrames } from '../domain/delivery.ts';
import { MAX_EVENTS_PER_PAGE } from '../domain/frames.ts';
import type { OpenOrders, TouchedScreen } from '../domain/ports.ts';
import type { TransportWorld } from './world.ts';

/** Starts paging at the event after `after`. The place is kept before the page is sent, so that its ack finds it. */
export async function sendPage(world: TransportWorld, id: string, screen: TouchedScreen, after: number): Promise<void> {
  const { frame, pageSeq } = await readPage(world, screen, after);
  if (pageSeq !== screen.pageSeq) await world.subscriptions.setPage(id, pageSeq);
  await world.push.send(id, frame);
}

/** The device has kept everything up to `acked`: sends the next page, if the ack reaches the end of the last one. */
export async function sendNextPage(
  world: TransportWorld,
  id: string,
  screen: TouchedScreen,
  acked: number,
): Promise<void> {
  if (screen.pageSeq === undefined || acked < screen.pageSeq) return;
  const { frame, pageSeq } = await readPage(world, screen, acked);
  // Calls for one connection may overlap; a page must not go out twice.
  if (await world.subscriptions.turnPage(id, screen.pageSeq, pageSeq)) await world.push.send(id, frame);
}

/** Sends every open order, all frames at once. `before` makes a frame that goes out first. */
export async function sendSnapshot(
  world: TransportWorld,
  id: string,
  shop: string,
  before?: (open: OpenOrders) => string,
): Promise<void> {
  const open = await world.streams.openOrders(shop);
  await world.subscriptions.startSnapshot(id, open.epoch);
  const frames = snapshotFrames(open);
  for (const frame of before === undefined ? frames : [before(open), ...frames]) await world.push.send(id, frame);
}

/**
 * Accepts the orders that no device had before, where the shop wants that: `acked` is how far this one has got.
 */
export async function autoAccept(world: TransportWorld, screen: TouchedScreen, acked: number): Promise<void> {
  if (!screen.autoAccept || screen.ackedFrom === undefined) return;
  for (const event of await world.commands.autoAccept(screen.shop, screen.ackedFrom, acked))
    await announce(world, event);
}

async function readPage({ streams }: TransportWorld, { shop, epoch, head }: TouchedScreen, after: number) {
  const events = await streams.page(shop, after, MAX_EVENTS_PER_PAGE + 1);
  // The log may have grown since head was read.
  return pageOf(events, epoch, Math.max(head, events.at(-1)?.seq ?? 0));
}

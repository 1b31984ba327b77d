import type { AnnounceDependencies } from './announce.ts';
import { MAX_EVENTS_PER_PAGE } from './frames.ts';
import type { OpenOrders, Streams, Subscriptions } from './ports.ts';
import { pageOf, snapshotFrames } from './server-frame.ts';

/** What it takes to send a screen what it lacks. */
export interface BacklogDependencies extends Pick<AnnounceDependencies, 'push'> {
  streams: Pick<Streams, 'page' | 'openOrders'>;
  subscriptions: Pick<Subscriptions, 'setPage' | 'turnPage' | 'startSnapshot'>;
}

/** A screen and where its shop's log stands. */
export interface Screen {
  shop: string;
  epoch: string;
  head: number;
}

/** Sends the first page after `after`. Where it ends is stored before it is sent, so that its ack finds that. */
export async function sendPage(dependencies: BacklogDependencies, id: string, screen: Screen, after: number) {
  const { frame, pageSeq } = await readPage(dependencies, screen, after);
  await dependencies.subscriptions.setPage(id, pageSeq);
  return dependencies.push.send(id, frame);
}

/**
 * The device has kept everything up to `acked`: sends the next page, if that reaches `pageSeq`, the end of the last one.
 */
export async function sendNextPage(
  dependencies: BacklogDependencies,
  id: string,
  screen: Screen & { pageSeq: number | undefined },
  acked: number,
): Promise<void> {
  if (screen.pageSeq === undefined || acked < screen.pageSeq) return;
  const { frame, pageSeq } = await readPage(dependencies, screen, acked);
  // Calls for one connection may overlap; a page must not go out twice.
  if (await dependencies.subscriptions.turnPage(id, screen.pageSeq, pageSeq)) await dependencies.push.send(id, frame);
}

/** Sends every open order, in as many frames as that takes. `before` makes a frame that goes out first. */
export async function sendSnapshot(
  dependencies: BacklogDependencies,
  id: string,
  shop: string,
  before?: (open: OpenOrders) => string,
) {
  const open = await dependencies.streams.openOrders(shop);
  await dependencies.subscriptions.startSnapshot(id, open.epoch);
  const frames = snapshotFrames(open);
  let outcome = before === undefined ? 'sent' : await dependencies.push.send(id, before(open));
  for (const frame of frames) if (outcome !== 'gone') outcome = await dependencies.push.send(id, frame);
  return outcome;
}

async function readPage({ streams }: BacklogDependencies, { shop, epoch, head }: Screen, after: number) {
  const events = await streams.page(shop, after, MAX_EVENTS_PER_PAGE + 1);
  // The log may have grown since head was read.
  return pageOf(events, epoch, Math.max(head, events.at(-1)?.seq ?? 0));
}

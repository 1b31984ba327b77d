import { sendNextPage, sendSnapshot } from '../domain/backlog.ts';
import type { AckFrame } from '../domain/frames.ts';
import type { TouchedScreen } from '../domain/ports.ts';
import { Refusal } from '../domain/refusal.ts';
import { autoAccept } from './auto-accept.ts';
import { requireBound } from './bound.ts';
import type { TransportDependencies } from './dependencies.ts';

/** A device has kept everything up to `seq`. */
export async function ack(dependencies: TransportDependencies, id: string, { seq }: AckFrame): Promise<void> {
  const touched = requireBound(await dependencies.subscriptions.touch(id, ackCursor(seq)));
  if (touched.state !== 'shop') throw new Refusal('protocol_error', 'only a shop has something to ack');
  await acknowledge(dependencies, id, touched, seq);
}

/** The cursor of an ack, which is of the epoch the connection was last told. */
export function ackCursor(seq: number) {
  return { epoch: undefined, after: seq, lastId: undefined };
}

/** What follows from an ack: the next page, a snapshot where the log is no longer the same, orders accepted. */
export async function acknowledge(
  dependencies: TransportDependencies,
  id: string,
  screen: TouchedScreen,
  seq: number,
): Promise<void> {
  if (screen.cursor === 'beyond') throw new Refusal('protocol_error', 'the ack is beyond the head of the log');
  if (screen.cursor === 'lost') {
    await sendSnapshot(dependencies, id, screen.shop);
    return;
  }
  await sendNextPage(dependencies, id, screen, seq);
  await autoAccept(dependencies, screen, seq);
}

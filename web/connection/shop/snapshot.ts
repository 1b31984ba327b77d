import type { Order, SnapshotFrame } from '../../../functions/domain/frames.ts';

/** The frames of one snapshot that have arrived; they may come in any order, and more than once. */
export interface Collecting {
  readonly epoch: string;
  readonly head: number;
  readonly lastId: string | undefined;
  readonly frames: ReadonlyMap<number, readonly Order[]>;
  /** How many frames there are, once the last one has arrived. */
  readonly count: number | undefined;
}

/** Takes a frame in. One of another snapshot starts anew, unless it is an older one of the same epoch. */
export function collect(collecting: Collecting | undefined, frame: SnapshotFrame): Collecting {
  const same = collecting !== undefined && collecting.epoch === frame.epoch && collecting.head === frame.head;
  if (collecting !== undefined && collecting.epoch === frame.epoch && frame.head < collecting.head) return collecting;
  return {
    epoch: frame.epoch,
    head: frame.head,
    lastId: frame.lastId ?? (same ? collecting.lastId : undefined),
    frames: new Map(same ? collecting.frames : []).set(frame.index, frame.orders),
    count: frame.more ? (same ? collecting.count : undefined) : frame.index + 1,
  };
}

/** Every order of the snapshot, once all of its frames are here. */
export function collected({ frames, count }: Collecting): Order[] | undefined {
  if (count === undefined) return undefined;
  const orders: Order[] = [];
  for (let index = 0; index < count; index++) {
    const part = frames.get(index);
    if (part === undefined) return undefined;
    orders.push(...part);
  }
  return orders;
}

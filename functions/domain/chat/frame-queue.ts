import type { ChatFrame } from './receive.ts';

/** A frame that waits for a worker. */
export interface QueuedFrame extends ChatFrame {
  /** Where it stands in the queue. */
  position: string;
  /** An earlier worker took it up, and may have begun to handle it. */
  isLeft: boolean;
}

/** Transport's side of the queue. */
export interface FrameQueueEntrance {
  /** Puts a frame at the end, durably as far as the queue is. */
  append(frame: ChatFrame): Promise<void>;
}

/**
 * The worker's side. Only one worker at a time holds the room, so that frames are handled in order; what it has not
 * acknowledged, the next one gets first, by `claim`.
 */
export interface FrameQueue {
  /** Takes the room, or keeps it; `false` while another worker holds it. The hold ends by itself some seconds later. */
  hold(): Promise<boolean>;
  /** Gives the room back, so that the next worker need not wait for the hold to end. */
  release(): Promise<void>;
  /** What workers before this one left, from the oldest on; empty when there is no more. */
  claim(): Promise<QueuedFrame[]>;
  /** What is new, in order; waits a moment for something to come. */
  take(): Promise<QueuedFrame[]>;
  /** Notes that a frame is tried once more; answers how often it has been, the first time included. */
  again(position: string): Promise<number>;
  /** The frame is done with. */
  acknowledge(position: string): Promise<void>;
  /** Puts a frame that cannot be handled aside, for somebody to look at. */
  park(frame: QueuedFrame): Promise<void>;
}

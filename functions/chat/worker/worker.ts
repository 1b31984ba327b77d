import { type Chat, receive } from '../../domain/chat.ts';
import { tellUnavailable } from '../../domain/chat-unavailable.ts';
import type { FrameQueue, QueuedFrame } from '../../domain/frame-queue.ts';

/** What a worker handles the queue of the chat with. */
export interface WorkerWorld extends Chat {
  queue: FrameQueue;
  /** Milliseconds on a clock that does not go back. */
  nowMs(): number;
  wait(ms: number): Promise<unknown>;
  /** Gets what somebody should know of: positions and errors, never what a frame said. */
  log(entry: { level: 'warn' | 'error'; msg: string; position: string; error: unknown }): void;
}

/** What one run did. */
export interface WorkerAnswer {
  handled: number;
  parked: number;
}

/** A frame that has failed so often is put aside, so that the room goes on. */
export const MAX_TRIES = 5;

/**
 * Handles what is in the queue, in order, for `runMs` milliseconds, each frame at least once. Any number may run at once:
 * one of them works, the others wait for it to end or to die.
 */
export function worker(world: WorkerWorld, runMs: number): () => Promise<WorkerAnswer> {
  return async () => {
    const { queue } = world;
    const answer = { handled: 0, parked: 0 };
    const end = world.nowMs() + runMs;
    let isHolding = false;
    while (world.nowMs() < end) {
      const wasHolding = isHolding;
      isHolding = await queue.hold();
      if (!isHolding) await world.wait(200);
      else {
        const frames = wasHolding ? await queue.take() : await claimAll(queue);
        isHolding = await handleAll(world, frames, answer);
      }
    }
    if (isHolding) await queue.release();
    return answer;
  };
}

async function claimAll(queue: FrameQueue): Promise<QueuedFrame[]> {
  const left: QueuedFrame[] = [];
  for (let page = await queue.claim(); page.length > 0; page = await queue.claim()) left.push(...page);
  return left;
}

/** Answers `false` when somebody else holds the room: whatever is left is theirs now. */
async function handleAll(world: WorkerWorld, frames: readonly QueuedFrame[], answer: WorkerAnswer): Promise<boolean> {
  for (const frame of frames) {
    if (!(await world.queue.hold())) return false;
    if (await isHandled(world, frame)) answer.handled += 1;
    else answer.parked += 1;
  }
  return true;
}

async function isHandled(world: WorkerWorld, frame: QueuedFrame): Promise<boolean> {
  const { position } = frame;
  // More than the limit: every worker that took it up has died of it.
  const first = frame.isLeft ? await world.queue.again(position) : 1;
  for (let tries = first; tries <= MAX_TRIES; tries = await world.queue.again(position)) {
    try {
      await receive(world, frame);
      await world.queue.acknowledge(position);
      return true;
    } catch (error) {
      world.log({ level: 'warn', msg: 'frame not handled', position, error });
      await world.wait(50 * 2 ** tries);
    }
  }
  await world.queue.park(frame);
  world.log({ level: 'error', msg: 'frame parked', position, error: undefined });
  await tellUnavailable(world, frame.connectionId);
  return false;
}

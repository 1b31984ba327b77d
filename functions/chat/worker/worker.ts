import { type Log, messageOf } from '../../../apigateway/log.ts';
import type { FrameQueue, QueuedFrame } from '../../domain/chat/frame-queue.ts';
import { type ReceiveDependencies, receive } from '../../domain/chat/receive.ts';
import { tellUnavailable } from '../../domain/chat/unavailable.ts';

/** What a worker handles the queue of the chat with. */
export interface WorkerDependencies extends ReceiveDependencies {
  queue: FrameQueue;
  /** Milliseconds on a clock that does not go back. */
  nowMs(): number;
  wait(ms: number): Promise<unknown>;
  /** Gets what somebody should know of: positions and errors, never what a frame said. */
  log: Log;
}

/** What one run did. */
export interface WorkerAnswer {
  handled: number;
  parked: number;
}

/** A frame that has failed so often is put aside, so that the room goes on. */
const MAX_TRIES = 5;

/**
 * Handles what is in the queue, in order, for `runMs` milliseconds, each frame at least once. Any number may run at once:
 * one of them works, the others wait for it to end or to die.
 */
export function worker(dependencies: WorkerDependencies, runMs: number): () => Promise<WorkerAnswer> {
  return async () => {
    const { queue } = dependencies;
    const answer = { handled: 0, parked: 0 };
    const end = dependencies.nowMs() + runMs;
    let isHolding = false;
    while (dependencies.nowMs() < end) {
      const wasHolding = isHolding;
      isHolding = await queue.hold();
      if (!isHolding) await dependencies.wait(200);
      else {
        const frames = wasHolding ? await queue.take() : await claimAll(queue);
        isHolding = await handleAll(dependencies, frames, answer);
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
async function handleAll(
  dependencies: WorkerDependencies,
  frames: readonly QueuedFrame[],
  answer: WorkerAnswer,
): Promise<boolean> {
  for (const frame of frames) {
    if (!(await dependencies.queue.hold())) return false;
    if (await isHandled(dependencies, frame)) answer.handled += 1;
    else answer.parked += 1;
  }
  return true;
}

async function isHandled(dependencies: WorkerDependencies, frame: QueuedFrame): Promise<boolean> {
  const { position } = frame;
  // More than the limit: every worker that took it up has died of it.
  const first = frame.isLeft ? await dependencies.queue.again(position) : 1;
  for (let tries = first; tries <= MAX_TRIES; tries = await dependencies.queue.again(position)) {
    try {
      await receive(dependencies, frame);
      await dependencies.queue.acknowledge(position);
      return true;
    } catch (error) {
      dependencies.log('warn', 'frame not handled', { position, message: messageOf(error) });
      await dependencies.wait(50 * 2 ** tries);
    }
  }
  await dependencies.queue.park(frame);
  dependencies.log('error', 'frame parked', { position });
  await tellUnavailable(dependencies, frame.connectionId);
  return false;
}

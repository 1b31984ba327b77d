import { offeredBackplane } from '../../apigateway/backplane/of-process.ts';
import { backplanePush } from '../../apigateway/backplane/push.ts';
import { logFailure } from '../../apigateway/tencent/failure-log.ts';
import type { Chat } from '../domain/chat.ts';
import { createPresence } from '../domain/presence.ts';
import type { Push } from '../domain/push.ts';
import type { Room } from '../domain/room.ts';
import { backplane } from './backplane.ts';
import { setting } from './environment.ts';
import { createPatience } from './patience.ts';
import { tencentPush } from './tencent-push.ts';

export { cleanupFunction } from '../../apigateway/tencent/cleanup-function.ts';
export { transportFunction } from '../../apigateway/tencent/transport-function.ts';

/**
 * The way to the chat's clients: the send-back URL of the chat's own API, `CHAT_SEND_BACK_URL`; without it, the gateway
 * in this process, if there is one, since a message to a thousand would be a thousand calls; else as in ordering.
 */
export const push: Push = {
  send: (connectionId, text) => way().send(connectionId, text),
  close: connectionId => way().close(connectionId),
};

function way(): Push {
  if (ownUrl === '' && offeredBackplane() !== undefined) return inProcess;
  byNetwork ??= tencentPush(ownUrl || undefined);
  return byNetwork;
}

const ownUrl = setting('CHAT_SEND_BACK_URL', '');
const inProcess = backplanePush(backplane);
let byNetwork: Push | undefined;

/** Where it is told what went wrong. */
export const log = logFailure;

/** For `transport`, `cleanup` and `worker` of the chat, on whatever store the room is. */
export function chatOn(room: Room): Chat & { log: typeof logFailure } {
  // As many lanes as the push has sockets.
  const telling = { push, room, lanes: 64, patience: createPatience(100) };
  return { ...telling, presence: createPresence(telling), log };
}

import { offeredBackplane } from '../../../apigateway/backplane/of-process.ts';
import { backplanePush } from '../../../apigateway/backplane/push.ts';
import { logFailure } from '../../../apigateway/bounded-log.ts';
import type { Push } from '../../../apigateway/push.ts';
import { createPasses } from '../../domain/chat/pass.ts';
import { createPresence } from '../../domain/chat/presence.ts';
import type { ReceiveDependencies } from '../../domain/chat/receive.ts';
import type { Room } from '../../domain/chat/room.ts';
import { backplane } from '../backplane.ts';
import { chatDeliveries, sendBackUrl, tokenSecretsIfAny } from '../environment.ts';
import { tencentPush } from '../tencent-push.ts';
import { createDeliveries } from './deliveries.ts';
import { createPatience } from './patience.ts';

/**
 * The way to the chat's clients: the send-back URL of the chat's own API, `CHAT_SEND_BACK_URL`; without it, the gateway
 * in this process, if there is one, since a message to a thousand would be a thousand HTTP calls; else as in ordering.
 */
export const push: Push = {
  send: (connectionId, text) => presentPush().send(connectionId, text),
  close: connectionId => presentPush().close(connectionId),
};

function presentPush(): Push {
  if (ownUrl === '' && offeredBackplane() !== undefined) return inProcess;
  byNetwork ??= tencentPush(ownUrl || undefined);
  return byNetwork;
}

const ownUrl = sendBackUrl('CHAT_SEND_BACK_URL');
const inProcess = backplanePush(backplane);
let byNetwork: Push | undefined;

/** Where failures are logged. */
export const log = logFailure;

const deliveries = createDeliveries(chatDeliveries());
const passes = createPasses(...tokenSecretsIfAny());

/** For `transport`, `cleanup` and `worker` of the chat, on whatever store the room is. */
export function chatDependencies(room: Room): ReceiveDependencies & { log: typeof logFailure } {
  // As many lanes as the push has sockets.
  const telling = { push, room, passes, lanes: 64, patience: createPatience(100), deliveries };
  return { ...telling, presence: createPresence(telling), log };
}

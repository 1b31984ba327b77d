import { logFailure } from '../../apigateway/aws/failure-log.ts';
import { createPresence } from '../domain/presence.ts';
import { room } from './aws-chat-room.ts';
import { awsPush } from './aws-push.ts';
import { createPatience } from './patience.ts';

export { cleanupFunction } from '../../apigateway/aws/cleanup-function.ts';
export { transportFunction } from '../../apigateway/aws/transport-function.ts';

// As many lanes as the push has sockets.
const telling = { push: awsPush(), room, lanes: 64, patience: createPatience(100) };

/** For `transport` and `cleanup` of the chat. */
export const world = { ...telling, presence: createPresence(telling), log: logFailure };

import { logFailure } from '../../../apigateway/bounded-log.ts';
import { createPasses } from '../../domain/chat/pass.ts';
import { createPresence } from '../../domain/chat/presence.ts';
import { awsPush } from '../aws-push.ts';
import { tokenSecretsIfAny } from '../environment.ts';
import { room } from './dynamodb.ts';
import { createPatience } from './patience.ts';

// As many lanes as the push has sockets.
const telling = {
  push: awsPush(),
  room,
  passes: createPasses(...tokenSecretsIfAny()),
  lanes: 64,
  patience: createPatience(100),
};

/** For `transport` and `cleanup` of the chat. */
export const chatDependencies = { ...telling, presence: createPresence(telling), log: logFailure };

import { logFailure } from '../../../apigateway/bounded-log.ts';
import { createPasses } from '../../domain/chat/pass.ts';
import { createPresence } from '../../domain/chat/presence.ts';
import { awsPush } from '../aws-push.ts';
import { chatDeliveries, tokenSecretsIfAny } from '../environment.ts';
import { createDeliveries } from './deliveries.ts';
import { room } from './dynamodb.ts';
import { createPatience } from './patience.ts';

// As many lanes as the push has sockets.
const telling = {
  push: awsPush(),
  room,
  passes: createPasses(...tokenSecretsIfAny()),
  lanes: 64,
  patience: createPatience(100),
  deliveries: createDeliveries(chatDeliveries()),
};

/** For `transport` and `cleanup` of the chat. */
export const chatDependencies = { ...telling, presence: createPresence(telling), log: logFailure };

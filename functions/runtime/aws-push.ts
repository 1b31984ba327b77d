import { managementPush } from '../../apigateway/aws/push.ts';
import type { Push } from '../../apigateway/push.ts';
import { setting } from './environment.ts';

/** The way to the clients: `@connections` of the WebSocket API, 1.5 s a push at most. */
export function awsPush(): Push {
  return managementPush({ endpoint: setting('MANAGEMENT_ENDPOINT'), timeoutMs: 1_500 });
}

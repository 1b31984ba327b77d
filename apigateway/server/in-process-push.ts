import type { Push, PushOutcome } from '../../functions/domain/push.ts';
import type { Deliver, Delivery } from './delivery.ts';

/** Pushes to the connections of one API of this gateway without a network. */
export function inProcessPush(apiId: string, deliver: Deliver): Push {
  return {
    send: async (connectionId, data) => outcomeOf(deliver(apiId, { action: 'data send', connectionId, data })),
    close: async connectionId => outcomeOf(deliver(apiId, { action: 'closing', connectionId })),
  };
}

function outcomeOf(delivery: Delivery): PushOutcome {
  if (delivery === 'ok') return 'sent';
  return delivery === 'connectionNotFound' ? 'gone' : 'unknown';
}

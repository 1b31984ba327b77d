import type { Push, PushOutcome } from '../push.ts';
import type { Delivery } from './websocket/delivery.ts';
import type { Forward } from './websocket/forward.ts';

/** Pushes to the connections of one API of this gateway without a network. */
export function inProcessPush(apiId: string, forward: Forward): Push {
  return {
    send: async (connectionId, data) => outcomeOf(await forward(apiId, { action: 'data send', connectionId, data })),
    close: async connectionId => outcomeOf(await forward(apiId, { action: 'closing', connectionId })),
  };
}

/** What a push that came to the gateway is told. */
export function outcomeOf(delivery: Delivery): PushOutcome {
  if (delivery === 'ok') return 'sent';
  return delivery === 'connectionNotFound' ? 'gone' : 'unknown';
}

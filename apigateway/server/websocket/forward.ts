import type { PushOutcome } from '../../push.ts';
import type { SendBack } from '../../tencent/send-back.ts';
import type { Elsewhere } from '../options.ts';
import type { Deliver, Delivery } from './delivery.ts';

/** Hands a push to a client of this gateway, or to the instance that holds it. */
export type Forward = (apiId: string, push: SendBack) => Delivery | Promise<Delivery>;

/** What a function pushes may be for a connection of any instance: it need not know which. */
export function createForward(deliver: Deliver, elsewhere: Elsewhere | undefined): Forward {
  return (apiId, push) => {
    const delivery = deliver(apiId, push);
    if (delivery !== 'connectionNotFound') return delivery;
    return elsewhere?.(push, apiId)?.then(outcome => deliveries[outcome]) ?? delivery;
  };
}

const deliveries: Record<PushOutcome, Delivery> = { sent: 'ok', gone: 'connectionNotFound', unknown: 'notReached' };

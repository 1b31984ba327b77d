import { backplanePush } from '../../apigateway/backplane/push.ts';
import type { Push } from '../../apigateway/push.ts';
import { nudgeFor } from '../domain/nudge.ts';
import { backplane } from './backplane.ts';
import { sendBackGoneErrNos, sendBackUrl, setting } from './environment.ts';

/**
 * The way to the clients, 1.5 s a push at most: the send-back URL of the gateway where `SEND_BACK_URL` names one, else
 * the backplane. What only the former needs is not loaded for the latter.
 */
export function tencentPush(url = sendBackUrl()): Push {
  return url === '' ? backplanePush(backplane, nudgeFor) : sendBack(url);
}

function sendBack(url: string): Push {
  const options = {
    url,
    secret: setting('SEND_BACK_SECRET', '') || undefined,
    timeoutMs: 1_500,
    goneErrNos: sendBackGoneErrNos(),
  };
  // Begun now, not with the first push.
  const loaded = import('../../apigateway/tencent/push.ts').then(({ sendBackPush }) => sendBackPush(options));
  return {
    send: async (connectionId, text) => (await loaded).send(connectionId, text),
    close: async connectionId => (await loaded).close(connectionId),
  };
}

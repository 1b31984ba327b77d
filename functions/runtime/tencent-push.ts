import { backplanePush } from '../../apigateway/backplane/push.ts';
import type { Push } from '../domain/push.ts';
import { backplane } from './backplane.ts';
import { setting } from './environment.ts';

/**
 * The way to the clients, 1.5 s a push at most: the send-back URL of the gateway where `SEND_BACK_URL` names one, else
 * the backplane. What only the former needs is not loaded for the latter.
 */
export function tencentPush(url = setting('SEND_BACK_URL', '')): Push {
  return url === '' ? backplanePush(backplane) : sendBack(url);
}

/** @throws TypeError when the URL is not one */
function sendBack(url: string): Push {
  const options = {
    url: new URL(url).href,
    secret: process.env.SEND_BACK_SECRET,
    timeoutMs: 1_500,
    goneErrNos: process.env.SEND_BACK_GONE_ERRNOS?.split(',').map(Number),
  };
  // Begun now, not with the first push.
  const loaded = import('../../apigateway/tencent/push.ts').then(({ sendBackPush }) => sendBackPush(options));
  return {
    send: async (connectionId, text) => (await loaded).send(connectionId, text),
    close: async connectionId => (await loaded).close(connectionId),
  };
}

import { sendBackPush } from '../../apigateway/tencent/push.ts';
import type { Push } from '../domain/push.ts';
import { setting } from './environment.ts';

/** The way to the clients: the send-back URL of the gateway, 1.5 s a push at most. */
export function tencentPush(): Push {
  return sendBackPush({
    url: setting('SEND_BACK_URL'),
    secret: process.env.SEND_BACK_SECRET,
    timeoutMs: 1_500,
    goneErrNos: process.env.SEND_BACK_GONE_ERRNOS?.split(',').map(Number),
  });
}

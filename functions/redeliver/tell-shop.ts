import type { SecurityEventLog } from '../../apigateway/security-events.ts';
import { signatureOf } from '../../apigateway/signature.ts';
import type { CallWebhook, Escalation, Redelivery } from '../domain/redelivery.ts';
import type { ShopNotices } from './shop-notices.ts';

/** What calling a shop needs. */
export interface TellShopDependencies {
  redelivery: Pick<Redelivery, 'settleEscalation'>;
  callWebhook: CallWebhook;
  nowSeconds(): number;
  notices: Pick<ShopNotices, 'note'>;
  securityEvents: SecurityEventLog;
}

/**
 * Calls a shop's webhook about an order that reaches no screen. Headers and signature are those of Standard Webhooks, so
 * any of its libraries can check them; the id is the same at every try.
 */
export async function tellShop(dependencies: TellShopDependencies, escalation: Escalation): Promise<void> {
  const { id, orderId, shop, secret, since, order, url, tries } = escalation;
  const timestamp = dependencies.nowSeconds();
  const body = `{"type":"order.unreachable","timestamp":"${since}","data":{"shop":${JSON.stringify(shop)},"order":${order}}}`;
  const error = await dependencies.callWebhook(
    url,
    {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf({ id, timestamp, body }, secret),
    },
    body,
  );
  if (error === 'private_address' || error === 'not_https') dependencies.securityEvents.tell('webhook_refused');
  const { isDead } = await dependencies.redelivery.settleEscalation(escalation, error);
  if (isDead) {
    const fields = { orderId, tries, message: error };
    dependencies.notices.note({ level: 'error', event: 'shop cannot be told, given up', shop, fields });
  }
}

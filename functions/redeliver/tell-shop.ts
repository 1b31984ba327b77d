import type { CallWebhook, Escalation, Redelivery } from '../domain/redelivery.ts';
import { signatureOf } from '../domain/signature.ts';

/** What calling a shop needs. */
export interface TellWorld {
  redelivery: Pick<Redelivery, 'settleEscalation'>;
  callWebhook: CallWebhook;
  nowSeconds(): number;
  log(entry: { level: 'error'; msg: string } & Record<string, unknown>): void;
}

/**
 * Calls a shop's webhook about an order that reaches no screen. Headers and signature are those of Standard Webhooks, so
 * any of its libraries can check them; the id is the same at every try.
 */
export async function tellShop(world: TellWorld, escalation: Escalation): Promise<void> {
  const { id, orderId, shop, secret, since, order, url, tries } = escalation;
  const timestamp = world.nowSeconds();
  const body = `{"type":"order.unreachable","timestamp":"${since}","data":{"shop":${JSON.stringify(shop)},"order":${order}}}`;
  const error = await world.callWebhook(
    url,
    {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf({ id, timestamp, body }, secret),
    },
    body,
  );
  const { isDead } = await world.redelivery.settleEscalation(orderId, error);
  if (isDead) world.log({ level: 'error', msg: 'shop cannot be told, given up', orderId, shop, tries, error });
}

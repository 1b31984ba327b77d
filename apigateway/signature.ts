import { createHmac } from 'node:crypto';

/** What is signed of a call, after the scheme of Standard Webhooks (standardwebhooks.com). */
export interface SignedCall {
  /** Header `webhook-id`: the same when the same call is repeated. */
  id: string;
  /** Header `webhook-timestamp`: whole seconds since 1970. */
  timestamp: number;
  body: string;
}

/**
 * The header `webhook-signature`: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. A secret that begins with
 * `whsec_` is base64 after it, as Standard Webhooks writes them; any other is its bytes.
 */
export function signatureOf({ id, timestamp, body }: SignedCall, secret: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

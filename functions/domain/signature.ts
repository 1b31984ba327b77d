import { createHmac, timingSafeEqual } from 'node:crypto';

/** What is signed of a call, after the scheme of Standard Webhooks (standardwebhooks.com). */
export interface SignedCall {
  /** Header `webhook-id`: the same when the same call is repeated. */
  id: string;
  /** Header `webhook-timestamp`: whole seconds since 1970. */
  timestamp: number;
  body: string;
}

/** The header `webhook-signature`: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. */
export function signatureOf(call: SignedCall, secret: string): string {
  return `v1,${digestOf(call, secret).toString('base64')}`;
}

/**
 * Whether one of the signatures in the header (space between them, as while a secret is rotated) is right and the call
 * is not older or newer than `toleranceSeconds`, so that a call that was overheard cannot be repeated later.
 */
export function isSigned(
  call: SignedCall,
  header: string,
  secret: string,
  nowSeconds: number,
  toleranceSeconds = 300,
): boolean {
  if (!(Math.abs(nowSeconds - call.timestamp) <= toleranceSeconds)) return false;
  const expected = digestOf(call, secret);
  return header.split(' ').some(each => {
    if (!each.startsWith('v1,')) return false;
    const given = Buffer.from(each.slice(3), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** A secret that begins with `whsec_` is base64 after it, as Standard Webhooks writes them; any other is its bytes. */
function digestOf({ id, timestamp, body }: SignedCall, secret: string): Buffer {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
}

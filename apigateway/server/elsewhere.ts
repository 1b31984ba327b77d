import type { Backplane } from '../backplane/backplane.ts';
import { instanceOf } from '../backplane/connection-id.ts';
import type { Parcel } from '../backplane/message.ts';
import type { PushOutcome } from '../push.ts';
import type { SendBack } from '../tencent/send-back.ts';

/**
 * Hands on what was pushed to an API for a connection of another instance, which looks again whether the connection
 * belongs to that API: whoever may push to one API cannot reach the clients of another by way of an instance that does
 * not know them. `undefined`: it is a connection of this instance, or of none.
 */
export function publishElsewhere(
  backplane: Backplane,
  push: SendBack,
  apiId: string,
): Promise<PushOutcome> | undefined {
  const { connectionId } = push;
  const instance = instanceOf(connectionId);
  if (instance === undefined || instance === backplane.name) return undefined;
  return backplane.publish(
    instance,
    push.action === 'closing' ? { connectionId, apiId } : { connectionId, apiId, data: push.data },
  );
}

/** What a parcel asks the gateway for. */
export function sendBackOf({ connectionId, data }: Parcel): SendBack {
  return data === undefined ? { action: 'closing', connectionId } : { action: 'data send', connectionId, data };
}

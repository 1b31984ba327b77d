import { CallFailure } from '../failures.ts';
import type { Output } from '../output.ts';
import type { Settings } from '../service/settings.ts';
import type { Deployed } from './deployed.ts';

/**
 * Whether the stage may have something in API Gateway, by what is known without asking there: its functions are made
 * before and removed after, and hold the send-back URL. That of our own gateway has another path.
 */
export function mayHaveApiGateway({ mode, websockets }: Settings, { functions }: Deployed): boolean {
  const isNamedSo = [...functions.keys()].some(name => /-(register|transport|cleanup)$/.test(name));
  const pushesThere = [...functions.values()].some(({ variables: { SEND_BACK_URL = '' } }) =>
    /^https?:(?!.*\/send-back\/)/.test(SEND_BACK_URL),
  );
  return mode === 'apigateway' || (isNamedSo && websockets.length === 0) || pushesThere;
}

/**
 * Asks API Gateway, which is being switched off region by region: that it does not answer any more, or knows the call no
 * more, is said and stops nothing. `undefined` then.
 */
export async function unlessGone<Answer>(out: Output, call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    const isOurs = /^(AuthFailure|UnauthorizedOperation|RequestLimitExceeded)/;
    if (!(error instanceof CallFailure) || isOurs.test(error.code)) throw error;
    out.warn(
      `API Gateway does not answer (${error.code}), so what this stage may have there was left: look at console.cloud.tencent.com/apigateway, as long as that is open`,
    );
    return undefined;
  }
}

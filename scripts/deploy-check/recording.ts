import type { Call, Cloud } from '../tencent/cloud.ts';
import type { Ask } from '../tencent/resources/cos.ts';

/** A call of the cloud with what came of it, without anything that is the account's own. */
export interface SeenCall {
  product: string;
  action: string;
  request: unknown;
  /** The answer, or the message of the failure. */
  answer?: unknown;
  failure?: string;
}

type Plain = (action: string, request: object, subject?: string) => Promise<unknown>;

/** The same cloud; `seen` gets every call. */
export function recorded(cloud: Cloud, seen: SeenCall[]): Cloud {
  const watched = (product: 'scf' | 'cls' | 'postgres' | 'apigateway') => {
    const ask = cloud[product] as unknown as Plain;
    const call: Plain = (action, request, subject) =>
      watch(seen, { product, action, request: withoutAccount(request) }, () => ask(action, request, subject));
    return call as unknown as Call<never>;
  };
  return {
    ...cloud,
    scf: watched('scf') as Cloud['scf'],
    cls: watched('cls') as Cloud['cls'],
    postgres: watched('postgres') as Cloud['postgres'],
    apigateway: watched('apigateway') as Cloud['apigateway'],
  };
}

/** The same for object storage. */
export function recordedBucket(ask: Ask, seen: SeenCall[]): Ask {
  return (action, request) =>
    watch(seen, { product: 'cos', action, request: withoutAccount(request) }, () => ask(action, request));
}

async function watch<Answer>(seen: SeenCall[], call: SeenCall, ask: () => Promise<Answer>): Promise<Answer> {
  seen.push(call);
  try {
    const answer = await ask();
    call.answer = withoutAccount(answer);
    return answer;
  } catch (error) {
    call.failure = String(withoutAccount((error as Error).message));
    throw error;
  }
}

/** Without code, ids, numbers of accounts and addresses. */
function withoutAccount(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return 'BYTES';
  if (Array.isArray(value)) return value.map(withoutAccount);
  if (typeof value === 'number') return value > 99_999_999 && !Number.isSafeInteger(value / 1000) ? 0 : value;
  if (typeof value === 'string')
    return value
      .replaceAll(/\/\/[^/"'\\\s]+/g, '//HOST')
      .replaceAll(/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/gi, 'ID')
      .replaceAll(/\b(lam|vpc|subnet|ins|service|api|postgres)-[a-z\d]{8}\b/g, '$1-ID')
      .replaceAll(/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g, 'ADDRESS')
      .replaceAll(/\b\d{9,13}\b/g, 'NUMBER');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name === 'ZipFile' ? 'CODE' : withoutAccount(each)]),
  );
}

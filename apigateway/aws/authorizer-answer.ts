import { record } from '../record.ts';

/** What an authorizer makes of a client. */
export type Authorization =
  | { allowed: true; authorizer: Readonly<Record<string, string>> }
  | { allowed: false; reason: 'denied' | 'invalid'; message: string };

/**
 * Reads what a REQUEST authorizer returned: `principalId`, a policy that allows `execute-api:Invoke` on `methodArn`, and a
 * flat `context`, whose values every later event has as strings.
 */
export function authorizationOf(answer: unknown, methodArn: string): Authorization {
  const { principalId, policyDocument, context = {} } = record(answer);
  if (typeof principalId !== 'string' || principalId === '') return invalid('the authorizer names no principalId');
  const { Statement } = record(policyDocument);
  if (Statement === undefined) return invalid('the authorizer answered without a policy');
  const statements = listOf(Statement)
    .map(record)
    .filter(each => concerns(each, methodArn));
  // An explicit deny wins over whatever allows; nothing that allows is a deny.
  const isAllowed = statements.some(isEffect('Allow')) && !statements.some(isEffect('Deny'));
  if (!isAllowed)
    return { allowed: false, reason: 'denied', message: 'the policy of the authorizer does not allow it' };
  const values = Object.entries(record(context));
  if (values.some(([, value]) => typeof value === 'object'))
    return invalid('the context of the authorizer is not flat');
  return { allowed: true, authorizer: { ...Object.fromEntries(values.map(textOf)), principalId } };
}

function invalid(message: string): Authorization {
  return { allowed: false, reason: 'invalid', message };
}

function concerns({ Action, Resource }: Readonly<Record<string, unknown>>, methodArn: string): boolean {
  const isInvoke = (action: unknown) =>
    typeof action === 'string' && matches(action.toLowerCase(), 'execute-api:invoke');
  const isMeant = (resource: unknown) => typeof resource === 'string' && matches(resource, methodArn);
  return listOf(Action).some(isInvoke) && listOf(Resource).some(isMeant);
}

const isEffect = (effect: string) => (statement: Readonly<Record<string, unknown>>) => statement.Effect === effect;

function textOf([name, value]: [string, unknown]): [string, string] {
  return [name, String(value)];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** `*` stands for any text and `?` for any character. Goes back to the last `*` alone, so that no pattern takes long. */
function matches(pattern: string, text: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  for (let index = 0; index < text.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      resume = index;
    } else if (pattern[at] === '?' || pattern[at] === text[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

import { randomBytes } from 'node:crypto';

/** Environment variables of a function. */
export type Variables = Record<string, string>;

/** All variables of one function: names and values together, in bytes. */
const maxBytes = 4096;
/** Whose values `sls info` and messages hide. */
const secretNames = /SECRET|TOKEN|PASSWORD|KEY|DATABASE_URL|REDIS_URL|SEND_BACK_URL/i;

/** What would be refused in a function's variables, said before anything is changed. */
export function problemsOfVariables(key: string, variables: Variables): string[] {
  const problems = Object.keys(variables)
    .filter(name => !/^[a-zA-Z]\w*$/.test(name) || /^(SCF|QCLOUD|TENCENTCLOUD)_/.test(name))
    .map(
      name =>
        `functions.${key}: the variable ${name} is not allowed: letters, digits and _, and not SCF_, QCLOUD_ or TENCENTCLOUD_`,
    );
  const empty = Object.keys(variables).filter(name => variables[name] === '');
  if (empty.length > 0)
    problems.push(`functions.${key}: the variable ${empty.join(', ')} is empty, which the cloud refuses`);
  const bytes = Object.entries(variables).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (bytes > maxBytes) problems.push(`functions.${key}: its variables have ${bytes} bytes, more than ${maxBytes}`);
  return problems;
}

/** A new secret of a stage. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The values that nobody shall see. */
export function secretsIn(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value]) => (isSecret(name, value) && value !== '' ? [value] : []));
}

/** The same with secrets hidden, for `sls info`. */
export function masked(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, isSecret(name, value) ? '********' : value]),
  );
}

/** By its name, or as an address with a password in it. */
export function isSecret(name: string, value: string): boolean {
  return secretNames.test(name) || /:\/\/[^/@]*:[^/@]+@/.test(value);
}

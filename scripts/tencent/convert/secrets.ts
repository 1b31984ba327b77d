import { isSecret } from '../service/environment.ts';

/** Keys of an account, wherever they stand. */
const accountKey = /AKID[A-Za-z0-9]{13,}/g;
const password = /(:\/\/[^/@:\s]*:)[^/@\s]+@/g;

/** Whether a variable's value must not be written into a file. */
export function isSecretValue(name: string, value: string): boolean {
  return isSecret(name, value) || hides(value);
}

/** A text without keys of accounts and passwords in URLs. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(accountKey, '********').replaceAll(password, '$1********@');
}

/** A reference to a variable of the environment, in the spelling of today; `undefined` where it is none. */
export function referenceIn(value: string): string | undefined {
  const [, name] = /^\$\{env[.:](\w+)\}$/.exec(value) ?? [];
  return name === undefined ? undefined : `\${env:${name}}`;
}

function hides(value: string): boolean {
  return withoutSecrets(value) !== value;
}

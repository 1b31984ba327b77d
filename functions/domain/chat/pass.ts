import { createHmac } from 'node:crypto';
import { hashOf, matches } from '../secret.ts';
import type { Member } from './room.ts';

/** Whoever holds a pass has been that connection, and had that name. So a page that is loaded anew can show who it was. */
export interface Passes {
  /** `undefined` where there is no secret to sign with: nobody can come back then. */
  issue(member: Member): string | undefined;
  /** Whom it was issued to; `undefined` when we have not issued it. */
  read(pass: string): Member | undefined;
}

/**
 * Signs passes with the first of the secrets and reads those of all; nobody gets one without a secret. Nothing is stored
 * of them.
 */
export function createPasses(...secrets: readonly string[]): Passes {
  const [current = ''] = secrets;
  const signatureOf = (text: string, secret: string) =>
    createHmac('sha256', secret).update(`chat:${text}`, 'utf8').digest('base64url');
  const isOurs = (text: string, signature: string) =>
    secrets.some(secret => secret !== '' && matches(signature, hashOf(signatureOf(text, secret))));
  return {
    issue({ id, name }) {
      if (current === '') return undefined;
      const text = Buffer.from(name + id, 'utf8').toString('base64url');
      return `${text}.${signatureOf(text, current)}`;
    },
    read(pass) {
      const [text = '', signature = ''] = pass.split('.');
      if (!isOurs(text, signature)) return undefined;
      const signed = Buffer.from(text, 'base64url').toString('utf8');
      return { id: signed.slice(NAME_LENGTH), name: signed.slice(0, NAME_LENGTH) };
    },
  };
}

const NAME_LENGTH = 4;

import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

/** What the functions and the gateway of this machine share and nobody else knows. */
export interface LocalSecrets {
  tokenSecret: string;
  sendBackSecret: string;
}

/** The secrets in `<directory>/secrets.json`, made the first time. Without them, customers' links would go dead. */
export function localSecrets(directory: string): LocalSecrets {
  const file = path.join(directory, 'secrets.json');
  const known = readPrivateJson(file);
  const { tokenSecret = newSecret(), sendBackSecret = newSecret() } = known;
  if (Object.keys(known).length < 2) writePrivateJson(file, { tokenSecret, sendBackSecret });
  return { tokenSecret, sendBackSecret };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

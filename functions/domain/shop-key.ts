import * as v from 'valibot';
import { KEY_ROLES } from './roles.ts';
import { text, visibleText } from './text.ts';

/** What a key is to be, as `make_key` and `init_db` take it. */
export const newKey = {
  name: visibleText(1, 40),
  role: v.picklist(KEY_ROLES, `must be one of ${KEY_ROLES.join(', ')}`),
};

/** The id of a key is looked up, never stored: what is none belongs to no key. */
export const keyId = text(1, 100);

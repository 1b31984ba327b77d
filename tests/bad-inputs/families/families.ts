import type { Families } from '../bad-input.ts';
import { badBodies } from './bodies.ts';
import { badCommands } from './commands.ts';
import { badFrames } from './frames.ts';
import { badHttp } from './http.ts';
import { sqlInIds } from './injections.ts';
import { badKeys } from './keys.ts';
import { badOrdersWithTerms } from './orders-with-terms.ts';
import { badSecrets } from './secrets.ts';
import { badNumbers, badShapes, badTexts } from './shapes.ts';
import { badTerms } from './terms.ts';

/** All rows, by family. */
export const families: Families = {
  bodies: badBodies,
  shapes: badShapes,
  'money and quantity': badNumbers,
  text: badTexts,
  'SQL in ids and keys': sqlInIds,
  'idempotency keys': badKeys,
  secrets: badSecrets,
  frames: badFrames,
  commands: badCommands,
  'orders with choices, handing over, times': badOrdersWithTerms,
  'how and when a shop sells': badTerms,
  HTTP: badHttp,
};

import { type Change, type GivenDish, MAX_FRAME_TO_SERVER_BYTES } from '../../../functions/domain/frames.ts';
import { uuid } from '../../shared/uuid.ts';
import { describeRefusal } from '../refusal.ts';
import { ask } from '../screen.ts';

/** Bytes of a frame besides its dishes. */
const BESIDES = 512;

/** Puts a whole menu in the place of the shop's: all of it or nothing. Resolves to why it was refused, if it was. */
export async function sendMenu(dishes: readonly GivenDish[]): Promise<string | undefined> {
  const parts = inParts(dishes);
  const upload = uuid();
  for (const [index, part] of parts.entries()) {
    const change: Change = { op: 'replace_menu', upload, part: index + 1, parts: parts.length, dishes: part };
    // Each when the one before is there: nobody promises that commands run in their order.
    const result = await ask(change);
    if (!result.ok) return describeRefusal(change, result.error);
  }
  return undefined;
}

/** As many dishes in each as a frame holds; an empty menu is one part without any. */
function inParts(dishes: readonly GivenDish[]): GivenDish[][] {
  const parts: GivenDish[][] = [[]];
  let left = MAX_FRAME_TO_SERVER_BYTES - BESIDES;
  for (const dish of dishes) {
    const bytes = new TextEncoder().encode(JSON.stringify(dish)).byteLength + 1;
    if (bytes > left && parts.at(-1)?.length !== 0) {
      parts.push([]);
      left = MAX_FRAME_TO_SERVER_BYTES - BESIDES;
    }
    parts.at(-1)?.push(dish);
    left -= bytes;
  }
  return parts;
}

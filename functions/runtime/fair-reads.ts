import { createMemory } from '../domain/memory.ts';
import type { Shops } from '../domain/ports.ts';
import { joinReads } from './joined-reads.ts';
import { keepFirstPage } from './kept-page.ts';
import type { Line } from './line.ts';

type Reads = Pick<Shops, 'byId' | 'list' | 'stateOf' | 'slots'>;

/** So many shops are known to be there. */
const MOST_SHOPS = 10_000;

/**
 * Reads for whoever asks. What everybody asks for, the first page of shops and the menu of one that is there, stands in
 * `usual`. What callers can make up without end stands in `odd`: pages after any id, slots of any day, shops that have not
 * been found yet. So a flood of made-up keys keeps nobody from a menu, and within a line those who ask take turns. An id
 * to go on after counts as the last shop up to it, which is a short read, so there are no more pages than shops.
 */
export function fairReads(
  shops: Reads & Pick<Shops, 'lastUpTo'>,
  { usual, odd }: { usual: Line; odd: Line },
): (asker: string) => Reads {
  const lines = { usual: joinReads(usual), odd: joinReads(odd) };
  const list = keepFirstPage(shops);
  const found = createMemory<true>(MOST_SHOPS);

  function note(shop: string, isThere: boolean): void {
    if (isThere) found.set(shop, true);
    else found.delete(shop);
  }

  return asker => {
    const read = <Value>(isUsual: boolean, key: (string | undefined)[], act: () => Promise<Value>) =>
      lines[isUsual ? 'usual' : 'odd'](JSON.stringify(key), asker, act);
    const isFound = (shop: string) => found.get(shop) === true;

    async function startOf(after: string | undefined): Promise<string | undefined> {
      return after === undefined ? undefined : read(false, ['after', after], () => shops.lastUpTo(after));
    }

    return {
      async byId(id) {
        const shop = await read(isFound(id), ['shop', id], () => shops.byId(id));
        note(id, shop !== undefined);
        return shop;
      },

      async list(after) {
        const start = await startOf(after);
        return read(start === undefined, ['list', start], () => list(start));
      },

      async stateOf({ shop, after }) {
        if (shop === undefined) {
          const start = await startOf(after);
          return read(start === undefined, ['states', start], () => shops.stateOf({ after: start }));
        }
        const state = await read(isFound(shop), ['state', shop], () => shops.stateOf({ shop }));
        note(shop, state !== '');
        return state;
      },

      slots: (id, day) => read(false, ['slots', id, day], () => shops.slots(id, day)),
    };
  };
}

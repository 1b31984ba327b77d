import { inLanes } from '../functions/domain/lanes.ts';

/** How many shops are served at once, each by a statement of its own. */
export const SHOPS_AT_ONCE = 8;

/**
 * Takes up to `limit` of what is due at some shops, in turns: each shop gives an equal share, and what one does not use is
 * shared again among those that have more. A shop whose statement fails is left out, and the others go on.
 * @param claim takes up to `share` of one shop, and gives fewer only when that shop has no more
 * @param onFailure gets what was thrown, and for which shop
 * @returns what was taken; of one shop in the order in which `claim` gave it
 */
export async function takeTurns<Item>(
  shops: readonly string[],
  limit: number,
  claim: (shop: string, share: number) => Promise<readonly Item[]>,
  onFailure: (error: unknown, shop: string) => void,
): Promise<Item[]> {
  const taken: Item[] = [];
  for (let left = shops; left.length > 0 && taken.length < limit; ) {
    const share = Math.max(1, Math.floor((limit - taken.length) / left.length));
    const turn = left.slice(0, limit - taken.length);
    const unfinished = new Set<string>();
    await inLanes(turn, SHOPS_AT_ONCE, async shop => {
      try {
        const items = await claim(shop, share);
        taken.push(...items);
        if (items.length >= share) unfinished.add(shop);
      } catch (error) {
        onFailure(error, shop);
      }
    });
    left = turn.filter(shop => unfinished.has(shop));
  }
  return taken;
}

import { countedAddress } from '../../apigateway/network-address.ts';
import { postgresShops } from '../../db/shops.ts';
import { poolSize } from './environment.ts';
import { fairReads } from './fair-reads.ts';
import { createLine } from './line.ts';
import { database } from './store.ts';

const third = Math.max(1, Math.floor(poolSize() / 3));
const readsFor = fairReads(postgresShops(database), {
  usual: createLine({ atOnce: Math.ceil(third / 2) }),
  odd: createLine({ atOnce: Math.max(1, Math.floor(third / 2)) }),
});

/** For `get_shop_info`, which takes a third of the database's connections at most, where there are six and more. */
export const shopsFor = (address: string | undefined) => readsFor(countedAddress(address ?? '') ?? 'unknown');

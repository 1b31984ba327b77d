import type { Database } from './database.ts';
import { inShop } from './shop-wall.ts';
import { takeTurns } from './turns.ts';

/** How long events, and what commands were answered, are kept. */
const KEEP = "interval '30 days'";
/** Rows that one statement forgets at most, of each kind. */
const PIECE = 2_000;
/** Orders whose customers one statement erases, at most. */
const ERASED_AT_ONCE = 200;
/** How long one run cleans up. */
const CLEANING_MS = 4_000;

/**
 * Forgets what is past its use: refused commands in every run, everything else once an hour, whoever comes first. It works
 * in pieces, each of which fits the time of a statement, shop after shop; what this run has no time for, the next one does,
 * from the shop where this one stopped. A shop that fails keeps the others from nothing.
 * @returns how many events went
 * @throws what the first shop that failed threw, when all have had their turn
 */
export async function cleanUp(database: Database): Promise<number> {
  const failures: unknown[] = [];
  const fail = (error: unknown) => void failures.push(error);
  const count = async (text: string, values: unknown[]) => {
    const [row] = await database.query<{ count: string }>(text, values);
    return Number(row?.count);
  };
  const refusing = await database.query<{ shop: string }>('select shop from shops_with_refusals($1)', [PIECE]);
  const forgetRefusals = async (shop: string, share: number) =>
    Array<string>(await count(FORGET_REFUSALS, [shop, share])).fill(shop);
  await takeTurns(namesOf(refusing), PIECE, forgetRefusals, fail);

  const [chore] = await database.query<{ mine: boolean }>("select take_chore('clean up', interval '1 hour') as mine");
  let total = 0;
  if (chore?.mine === true) {
    const end = performance.now() + CLEANING_MS;
    const isTimeUp = () => performance.now() > end;
    while (!isTimeUp() && (await count('select forget_connections($1) as count', [PIECE])) === PIECE);
    let stoppedAt: string | undefined;
    for (const shop of namesOf(await database.query<{ shop: string }>(SHOPS_TO_CLEAN))) {
      if (isTimeUp()) {
        stoppedAt = shop;
        break;
      }
      try {
        total += await cleanShop(shop, count, isTimeUp);
      } catch (error) {
        fail(error);
      }
    }
    if (isTimeUp()) await database.query(GO_ON, [stoppedAt ?? null]);
  }
  if (failures.length > 0) throw failures[0];
  return total;
}

async function cleanShop(
  shop: string,
  count: (text: string, values: unknown[]) => Promise<number>,
  isTimeUp: () => boolean,
): Promise<number> {
  let total = 0;
  for (let cut = 1; cut > 0 && !isTimeUp(); total += cut) cut = await count(CUT_LOG, [shop]);
  while (!isTimeUp() && (await count(FORGET_COMMANDS, [shop, PIECE])) === PIECE);
  while (!isTimeUp() && (await count(FORGET_SHARES, [shop, PIECE])) === PIECE);
  while (!isTimeUp() && (await count(ERASE_OLD, [shop, ERASED_AT_ONCE])) > 0);
  return total;
}

function namesOf(rows: readonly { shop: string }[]): string[] {
  return rows.map(({ shop }) => shop);
}

// The list goes around, and begins with the shop that the last run had no time for.
const SHOPS_TO_CLEAN = `
  select shop from shops_to_clean(${KEEP}, (select next_shop from chores where name = 'clean up')) as t (shop)`;

const CUT_LOG = `select cut_log($1, ${inShop(KEEP, '$1')}) as count`;

const FORGET_COMMANDS = `select forget_commands($1, ${KEEP}, ${inShop('$2::integer', '$1')}) as count`;

const FORGET_REFUSALS = `select forget_refusals($1, ${inShop('$2::integer', '$1')}) as count`;

const ERASE_OLD = `select erase_old($1, ${inShop('$2::integer', '$1')}) as count`;

/** Of days that are over everywhere. */
const FORGET_SHARES = `
  with gone as (
    delete from slot_shares h where h.shop = $1 and (h.day, h.address) in (
      select o.day, o.address from slot_shares o where o.shop = $1 and o.day < current_date - 1 limit $2)
    returning h.day
  )
  select count(*) as count from gone`;

const GO_ON = `
  update chores set done_at = '-infinity', next_shop = coalesce($1, next_shop) where name = 'clean up'`;

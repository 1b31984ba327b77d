import type { Database } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { postgresShops } from '../../db/shops.ts';
import type { Dish, Shop } from '../../functions/domain/frames.ts';
import { parseInitEvent, type ShopDefinition } from '../../functions/domain/init-event.ts';
import { menuChanges } from '../../functions/domain/menu-file/changes.ts';
import { menuToCsv } from '../../functions/domain/menu-file/export.ts';
import { faultText } from '../../functions/domain/menu-file/fault.ts';
import { menuFromFile } from '../../functions/domain/menu-file/import.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { hashOf, newShopKey } from '../../functions/domain/secret.ts';
import { optionOf, readArguments, type Wish, WrongUsage } from './arguments.ts';
import { openShops, type Shops } from './database.ts';
import { helpText } from './help.ts';
import { keyText, performOnKeys } from './keys.ts';
import { listText } from './list.ts';
import { readMenu, writeMenu } from './menu-file.ts';

/** What a command could not do, line by line. */
class Fault extends Error {
  override readonly name = 'Fault';
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/**
 * Runs `npm run shop` and answers its exit code. 2: it was used wrongly; 1: it could not be done, and nothing has changed.
 * `say` gets what goes to the standard output, `complain` what goes to the error output.
 */
export async function runShop(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { say, complain }: { say: (text: string) => void; complain: (text: string) => void },
): Promise<number> {
  try {
    const wish = readArguments(args);
    checkRules(wish);
    if (wish.do === 'help') say(helpText);
    else await withShops(environment, shops => perform(wish, shops, say));
    return 0;
  } catch (error) {
    if (error instanceof WrongUsage) complain(`${error.message}\nnpm run shop -- --help says how it is used\n`);
    else complain(`${linesOf(error).join('\n')}\n`);
    return error instanceof WrongUsage ? 2 : 1;
  }
}

/** What the rules refuse whatever the database holds was typed wrongly. @throws WrongUsage */
function checkRules(wish: Wish): void {
  try {
    if (wish.do === 'add' || wish.do === 'set') parseInitEvent({ shops: [{ ...anyShop, ...wish.settings }] });
    if (wish.do === 'make key') parseInitEvent({ makeKeys: [{ shop: wish.shop, name: wish.name, role: wish.role }] });
  } catch (error) {
    throw error instanceof Refusal ? new WrongUsage(linesOf(error).join('\n')) : error;
  }
}

/** A shop has these, and a command that changes one need not say them. */
const anyShop = { id: 'any', name: 'any', currency: 'CNY' };

/** What went wrong, for a person. A refusal of the rules names settings as they are typed. */
function linesOf(error: unknown): readonly string[] {
  if (error instanceof Fault) return error.lines;
  if (!(error instanceof Refusal) || error.fields === undefined) return [(error as Error).message];
  return error.fields.map(({ path, message }) => {
    const [field = '', ...rest] = path.replace(/^(shops|makeKeys)\[0\]\.?/, '').split(/(?=[.[])/);
    return field === '' ? message : `--${optionOf(field)}${rest.join('')}: ${message}`;
  });
}

async function withShops(environment: NodeJS.ProcessEnv, work: (shops: Shops) => Promise<void>): Promise<void> {
  const { stop, ...shops } = await openShops(environment);
  try {
    await work(shops);
  } finally {
    await stop();
  }
}

async function perform(wish: Exclude<Wish, { do: 'help' }>, shops: Shops, say: (text: string) => void): Promise<void> {
  const { database } = shops;
  switch (wish.do) {
    case 'list':
      return say(listText(await everyShop(database)));
    case 'add':
      return add(wish, database, say);
    case 'set': {
      const { name, currency } = await shopOf(database, wish.shop);
      await store(database, { id: wish.shop, name, currency, ...wish.settings });
      return say(`${wish.shop} is changed\n`);
    }
    case 'export': {
      const { dishes = [], currency } = await shopOf(database, wish.shop);
      writeMenu(wish.file, menuToCsv(dishes, currency), wish.isForced);
      return say(`${dishes.length} dishes of ${wish.shop} are in ${wish.file}\n`);
    }
    case 'import':
      return importMenu(wish, database, say);
    default: {
      const said = await performOnKeys(wish, shops);
      if (said === undefined) throw noShop(wish.shop);
      return say(said);
    }
  }
}

async function add(wish: Extract<Wish, { do: 'add' | 'set' }>, database: Database, say: (text: string) => void) {
  const { shop: id, settings, menu } = wish;
  if ((await postgresShops(database).byId(id)) !== undefined)
    throw new Fault([`there is a shop ${id} already: npm run shop -- set ${id} … changes it`]);
  const shop = { currency: 'CNY', ...settings };
  const dishes = menu === undefined ? [] : dishesIn(menu, String(shop.currency));
  const key = newShopKey();
  const isNew = await store(database, { id, ...shop, dishes }, key);
  if (!isNew) throw new Fault([`somebody else has just made the shop ${id}`]);
  say(`${id} is made, with ${dishes.length} dishes\n${keyText(id, key)}`);
}

async function importMenu(
  wish: Extract<Wish, { do: 'export' | 'import' }>,
  database: Database,
  say: (text: string) => void,
) {
  const { name, currency, dishes: before = [] } = await shopOf(database, wish.shop);
  const dishes = dishesIn(wish.file, currency);
  if (!wish.isTrial) await store(database, { id: wish.shop, name, currency, dishes });
  const { added, changed, gone, backAgain, isReordered } = menuChanges(before, dishes);
  say(
    `${wish.isTrial ? 'the file is right, and nothing is changed; with it ' : ''}${wish.shop} has ${dishes.length} dishes: `,
  );
  say(`${added.length} new, ${changed.length} changed, ${gone.length} gone${namesOf(gone)}`);
  say(`${isReordered ? ', in another order' : ''}\n`);
  if (backAgain.length > 0)
    say(`${wish.isTrial ? 'sold out now, and' : 'were sold out, and are'} there again: ${backAgain.join(', ')}\n`);
}

function namesOf(dishes: readonly Dish[]): string {
  const shown = dishes.slice(0, 10).map(({ id }) => id);
  return shown.length === 0 ? '' : ` (${shown.join(', ')}${dishes.length > shown.length ? ', …' : ''})`;
}

function dishesIn(file: string, currency: string): NonNullable<ShopDefinition['dishes']> {
  const { dishes, faults } = menuFromFile(readMenu(file), currency);
  if (faults.length === 0) return dishes;
  throw new Fault([...faults.map(fault => `${file}: ${faultText(fault)}`), 'nothing is changed']);
}

/** Whether the shop is new, and the key, if there is one, its own. */
async function store(database: Database, shop: Record<string, unknown>, key = newShopKey()): Promise<boolean> {
  const [checked] = parseInitEvent({ shops: [shop] }).shops ?? [];
  return checked !== undefined && postgresInstallation(database).upsertShop(checked, hashOf(key));
}

async function shopOf(database: Database, id: string): Promise<Shop> {
  const found = await postgresShops(database).byId(id);
  if (found === undefined) throw noShop(id);
  return JSON.parse(found.shop) as Shop;
}

function noShop(id: string): Fault {
  return new Fault([`there is no shop ${id}: npm run shop -- list says which there are`]);
}

async function everyShop(database: Database): Promise<Shop[]> {
  const shops: Shop[] = [];
  let after: string | undefined;
  do {
    const page = await postgresShops(database).list(after);
    shops.push(...page.shops.map(shop => JSON.parse(shop) as Shop));
    after = page.next;
  } while (after !== undefined);
  return shops;
}

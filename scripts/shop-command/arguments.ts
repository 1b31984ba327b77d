import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { closest } from '../../apigateway/closest.ts';

/** What is wrong with a command line, in words for whoever typed it. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** What the command is asked to do. `settings` are fields of a shop as `init_db` takes them, not yet checked. */
export type Wish =
  | { do: 'help' }
  | { do: 'list' }
  | { do: 'add' | 'set'; shop: string; settings: Record<string, unknown>; menu: string | undefined }
  | { do: 'list keys' | 'rotate keys'; shop: string }
  | { do: 'make key'; shop: string; name: string; role: string }
  | { do: 'revoke key'; shop: string; keyId: string }
  | { do: 'export' | 'import'; shop: string; file: string; isForced: boolean; isTrial: boolean };

/** The settings of a shop by the names of their options, and how each is read. */
const settings: Readonly<Record<string, { field: string; read: (text: string, option: string) => unknown }>> = {
  name: { field: 'name', read: text => text },
  currency: { field: 'currency', read: text => text.toUpperCase() },
  'time-zone': { field: 'timeZone', read: text => text },
  open: { field: 'open', read: yesOrNo },
  'auto-accept': { field: 'autoAccept', read: yesOrNo },
  'prep-minutes': { field: 'prepMinutes', read: count },
  'accept-minutes': { field: 'acceptMinutes', read: count },
  pickup: { field: 'pickup', read: yesOrNo },
  hours: { field: 'hours', read: json },
  delivery: { field: 'delivery', read: json },
  discounts: { field: 'discounts', read: json },
  later: { field: 'later', read: json },
  about: { field: 'about', read: json },
  webhook: { field: 'webhook', read: json },
  'retention-days': { field: 'retentionDays', read: count },
  'link-days': { field: 'linkDays', read: count },
};

/** The option by which a field of a shop is set, as in `prep-minutes`. */
export function optionOf(field: string): string {
  return Object.entries(settings).find(([, setting]) => setting.field === field)?.[0] ?? field;
}

const words = ['list', 'add', 'set', 'keys', 'menu', 'help'];

/** Reads the command line. @throws WrongUsage */
export function readArguments(args: readonly string[]): Wish {
  const { given, options } = parse(args);
  const [word, ...rest] = given;
  if (options.help === true || word === 'help') return { do: 'help' };
  switch (word) {
    case 'list':
      return takeAll({ do: 'list' }, rest, options, []);
    case 'add':
    case 'set':
      return addOrSet(word, rest, options);
    case 'keys':
      return keys(rest, options);
    case 'menu':
      return menu(rest, options);
    case undefined:
      throw new WrongUsage('say what to do: list, add, set, keys or menu');
    default:
      throw new WrongUsage(`there is no command ${word}${hint(word, words)}`);
  }
}

type Options = Readonly<Record<string, string | boolean | undefined>>;

function parse(args: readonly string[]): { given: string[]; options: Options } {
  const flags = {
    help: { type: 'boolean', short: 'h' },
    force: { type: 'boolean' },
    check: { type: 'boolean' },
  } as const;
  const names = [...Object.keys(settings), 'menu', 'role'];
  const all = { ...Object.fromEntries(names.map(name => [name, { type: 'string' } as const])), ...flags };
  const unknown = args.find(each => each.startsWith('--') && each !== '--' && !(nameOf(each) in all));
  if (unknown !== undefined)
    throw new WrongUsage(`there is no --${nameOf(unknown)}${hint(nameOf(unknown), Object.keys(all), '--')}`);
  try {
    const asked = { args: [...args], options: all, allowPositionals: true, tokens: true } as const;
    const { positionals, values, tokens } = parseArgs(asked);
    const given = tokens.flatMap(token => (token.kind === 'option' ? token.name : []));
    const twice = given.find((name, index) => given.indexOf(name) < index);
    if (twice !== undefined) throw new WrongUsage(`--${twice} is there twice`);
    return { given: positionals, options: values as Options };
  } catch (error) {
    if (error instanceof WrongUsage) throw error;
    // Node's own words, without its advice on how to escape.
    throw new WrongUsage((error as Error).message.split(/\n|\. (?=Did|To )/)[0] ?? '');
  }
}

function nameOf(option: string): string {
  return option.replace(/^--/, '').replace(/=.*/s, '');
}

function hint(given: string, names: readonly string[], before = ''): string {
  const near = closest(given, names);
  return near === undefined ? '' : `; did you mean ${before}${near}?`;
}

/** The wish, unless there are words or options that it does not take. */
function takeAll<Asked extends Wish>(
  wish: Asked,
  more: readonly string[],
  options: Options,
  taken: readonly string[],
): Asked {
  if (more.length > 0)
    throw new WrongUsage(`${JSON.stringify(more[0])} is a word too many; quote what has spaces in it`);
  const option = Object.keys(options).find(each => !taken.includes(each));
  if (option !== undefined) throw new WrongUsage(`--${option} does not go with this command`);
  return wish;
}

function shopIn(id: string | undefined, example: string): string {
  if (id === undefined) throw new WrongUsage(`name the shop, as in ${example}`);
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) throw new WrongUsage('a shop’s id is 1 to 64 letters, digits, _ or -');
  return id;
}

function addOrSet(word: 'add' | 'set', [id, ...more]: string[], options: Options): Wish {
  const shop = shopIn(id, word === 'add' ? 'add noodles --name "Lanzhou Noodles"' : 'set noodles --prep-minutes 15');
  const taken = [...Object.keys(settings), ...(word === 'add' ? ['menu'] : [])];
  const read = Object.entries(settings).flatMap(([option, { field, read }]) => {
    const text = options[option];
    return typeof text === 'string' ? [[field, read(text, option)] as const] : [];
  });
  const wish = { do: word, shop, settings: Object.fromEntries(read), menu: options.menu as string | undefined };
  takeAll(wish, more, options, taken);
  if (word === 'add' && wish.settings.name === undefined)
    throw new WrongUsage('a new shop has a name: --name "Lanzhou Noodles"');
  if (word === 'set' && read.length === 0) throw new WrongUsage('say what to set, as in --prep-minutes 15');
  return wish;
}

function keys([what, id, ...more]: string[], options: Options): Wish {
  switch (what) {
    case 'list':
      return takeAll({ do: 'list keys', shop: shopIn(id, 'keys list noodles') }, more, options, []);
    case 'rotate':
      return takeAll({ do: 'rotate keys', shop: shopIn(id, 'keys rotate noodles') }, more, options, []);
    case 'make': {
      const shop = shopIn(id, 'keys make noodles --name "At the stove" --role staff');
      const { name, role } = options;
      if (typeof name !== 'string') throw new WrongUsage('a key has a name: --name "At the stove"');
      if (typeof role !== 'string') throw new WrongUsage('a key has a role: --role manager, staff or display');
      return takeAll({ do: 'make key', shop, name, role }, more, options, ['name', 'role']);
    }
    case 'revoke': {
      const [keyId, ...others] = more;
      const shop = shopIn(id, 'keys revoke noodles <key id>');
      if (keyId === undefined) throw new WrongUsage(`say which key: keys list ${shop} shows their ids`);
      return takeAll({ do: 'revoke key', shop, keyId }, others, options, []);
    }
    default:
      throw new WrongUsage('say what to do with keys: keys list, make, revoke or rotate, and the shop');
  }
}

function menu([what, id, file, ...more]: string[], options: Options): Wish {
  if (what !== 'export' && what !== 'import')
    throw new WrongUsage('menu export <shop> <file.csv> writes a menu, menu import <shop> <file.csv> reads one');
  const shop = shopIn(id, `menu ${what} noodles menu.csv`);
  if (file === undefined) throw new WrongUsage(`name the file, as in menu ${what} ${shop} menu.csv`);
  const wish: Wish = { do: what, shop, file, isForced: options.force === true, isTrial: options.check === true };
  return takeAll(wish, more, options, [what === 'export' ? 'force' : 'check']);
}

function yesOrNo(text: string, option: string): boolean {
  if (/^(yes|true)$/i.test(text)) return true;
  if (/^(no|false)$/i.test(text)) return false;
  throw new WrongUsage(`--${option} is yes or no`);
}

function count(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new WrongUsage(`--${option} is a whole number`);
  return Number(text);
}

/** JSON as it stands, or in the file that is named behind an @. */
function json(text: string, option: string): unknown {
  try {
    return JSON.parse(text.startsWith('@') ? readFileSync(text.slice(1), 'utf8').replace(/^\uFEFF/, '') : text);
  } catch (error) {
    throw new WrongUsage(`--${option} is JSON, or @ and a file with JSON: ${(error as Error).message}`);
  }
}

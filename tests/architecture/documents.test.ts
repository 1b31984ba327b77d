import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  anchorsOf,
  codeBlocks,
  headings,
  inlineCode,
  linksOf,
  pathsIn,
  proseOf,
  tableRows,
} from '../support/markdown.ts';
import { root } from '../support/sources.ts';

/** What nobody has written: it is installed, built or left behind by a run. */
const notOurs = /^(\.git|\.local|\.serverless|coverage|dist|node_modules)$/;
const files = filesIn('');
const known = new Set(files.flatMap(file => [file, ...foldersOf(file)]));
const names = new Set(files.map(file => path.posix.basename(file)));
const topLevel = new Set(files.map(file => file.split('/')[0]));
const documents = files.filter(file => file.endsWith('.md'));
const translated = documents.filter(file => file.endsWith('.zh-CN.md'));

/** Files of other people, or of a run, that a document names without their folder. */
const elsewhere = new Set(['event.json', 'index.html', 'configuration.d.ts', 'old.yml', 'more.yml']);

/** What two languages of one text have in common, each with the name that a failure shows. */
const shared: [what: string, of: (text: string) => unknown][] = [
  ['the levels of the headings, in order', text => headings(text).map(heading => heading.replace(/ .*/, ''))],
  ['the code blocks', codeBlocks],
  ['the rows and columns of the tables', text => tableRows(text).map(row => row.split('|').length)],
  ['the inline code in tables', text => tableRows(text).map(row => inlineCode(row).sort())],
  ['the inline code outside tables', text => inlineCode(proseOf(text)).sort()],
  ['the links and images', text => linksOf(text).slice(1).map(inBothLanguages).sort()],
];

describe.each(translated)('%s', file => {
  const english = read(inEnglish(file));
  const chinese = read(file);

  it.each(shared)('has the same as its English page: %s', (_, of) => {
    // "Expected" is the English page, "received" the Chinese one: what was changed in one belongs in the other.
    expect(of(chinese)).toEqual(of(english));
  });

  it('and its English page lead to each other', () => {
    expect(linksOf(english)[0]).toBe(path.basename(file));
    expect(linksOf(chinese)[0]).toBe(path.basename(inEnglish(file)));
  });

  it('is wrapped at 100 columns, of which a Chinese character takes two', () => {
    const tooWide = proseOf(chinese)
      .split('\n')
      .filter(line => line.replaceAll(/[\u2e80-\uffff]/g, '  ').length > 100);
    expect(tooWide).toEqual([]);
  });
});

describe.each(documents)('%s', file => {
  it('links only to files and headings that exist', () => {
    expect(linksOf(read(file)).filter(target => isBroken(file, target))).toEqual([]);
  });

  it('names only paths that exist', () => {
    expect(pathsIn(read(file)).filter(named => isMissing(file, named))).toEqual([]);
  });
});

it('what sources name in comments, and the documents that they name at all, exist', () => {
  const named = files
    .filter(file => /\.(cjs|mjs|sql|tsx?|ya?ml)$/.test(file) && !file.startsWith('tests/architecture/'))
    .flatMap(file => {
      const text = read(file);
      const documents = text.match(/\bdocs\/[\w./-]+\.md\b/g) ?? [];
      const comments = text.match(/(?<=^\s*(?:\/\/|\/?\*|--|#)).*$/gm) ?? [];
      const paths = comments.flatMap(pathsIn).filter(word => word.includes('/'));
      return [...documents, ...paths].map(word => ({ file, word }));
    });
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ file, word }) => isMissing(file, word))).toEqual([]);
});

it('no entry of CHANGELOG.md stands twice, as merges have it', () => {
  const entries = read('CHANGELOG.md')
    .split(/^(?=- |#)/m)
    .map(entry => entry.replaceAll(/\s+/g, ' ').trim())
    .filter(entry => entry.startsWith('- '));
  expect(entries.filter((entry, index) => entries.indexOf(entry) < index)).toEqual([]);
});

it('every page in docs/ is listed in docs/README.md', () => {
  const listed = linksOf(read('docs/README.md')).map(target => path.posix.join('docs', target));
  const pages = documents.filter(file => file.startsWith('docs/') && !translated.includes(file));
  expect(pages.filter(file => file !== 'docs/README.md' && !listed.includes(file))).toEqual([]);
});

describe('this check', () => {
  it('finds a link to no file and to no heading, and none in code', () => {
    const text =
      '[a](no.md) ![b](README.md) [c](#where-next) [d](PROTOCOL.md#nowhere) `[e](no.md)`\n\n    [f](no.md)\n';
    expect(linksOf(text)).toEqual(['no.md', 'README.md', '#where-next', 'PROTOCOL.md#nowhere']);
    expect(linksOf(text).filter(target => isBroken('README.md', target))).toEqual(['no.md', 'PROTOCOL.md#nowhere']);
  });

  it('finds a path to no file, in prose, in code and with parts left open', () => {
    const text =
      'see docs/no.md, `functions/<name>/aws.ts`, `functions/<name>/no.ts`, web/shop, ./db/no/, `no.json`, ' +
      '`dist/no.js`, `npx jest tests/no`, and/or, POST /bill, https://example.com/docs/no.md';
    expect(pathsIn(text).filter(named => isMissing('README.md', named))).toEqual([
      'docs/no.md',
      'functions/<name>/no.ts',
      'db/no/',
      'no.json',
      'tests/no',
    ]);
  });

  it('takes indented and fenced lines for code, but not the next lines of a list', () => {
    const text = 'a\n\n    b\n\n```json\nc\n```\n\n- d\n    e\n';
    expect(codeBlocks(text)).toEqual(['    b', 'c']);
  });
});

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Every file below the folder that is the project's own. */
function filesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter(entry => !notOurs.test(entry.name))
    .flatMap(entry => {
      const file = path.posix.join(folder, entry.name);
      return entry.isDirectory() ? filesIn(file) : [file];
    })
    .sort();
}

function foldersOf(file: string): string[] {
  const folder = path.posix.dirname(file);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

function inEnglish(file: string): string {
  return file.replace('.zh-CN.md', '.md');
}

/** A link as it is in both languages: to the English page, and to no heading, since those are translated. */
function inBothLanguages(target: string): string {
  return inEnglish(target).replace(/(\.md)#.*/, '$1');
}

function isBroken(from: string, target: string): boolean {
  if (/^(https?|mailto):/.test(target)) return false;
  const [name = '', anchor] = target.split('#');
  const file = name === '' ? from : path.posix.join(path.posix.dirname(from), name);
  if (!existsSync(path.join(root, file))) return true;
  if (anchor === undefined) return false;
  return statSync(path.join(root, file)).isDirectory() || !anchorsOf(read(file)).includes(decodeURI(anchor));
}

/** Whether a path leads nowhere, from the project's folder or from the document's. A bare name may stand for any file. */
function isMissing(from: string, named: string): boolean {
  if (!named.includes('/')) return !names.has(named) && !elsewhere.has(named);
  const [first = ''] = named.split('/');
  if (!topLevel.has(first)) return false;
  const wanted = named.replace(/\/$/, '');
  const places = [wanted, path.posix.join(path.posix.dirname(from), wanted)];
  if (places.some(place => known.has(place))) return false;
  const isOpen = /[<*{…]/.test(wanted);
  return !isOpen || !places.some(place => [...known].some(file => patternOf(place).test(file)));
}

/** `<name>`, `*` and `{a,b}` stand for any part of a path. */
function patternOf(named: string): RegExp {
  const parts = named.split(/<\w+>|\*+|\{[^}]*\}|…/).map(part => part.replaceAll(/[.+?^$()[\]\\|{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]*')}$`);
}

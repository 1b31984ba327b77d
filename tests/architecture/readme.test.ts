import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './sources.ts';

/** What two languages of one text have in common, each with the name that a failure shows. */
const shared: [what: string, of: (text: string) => unknown][] = [
  ['the levels of the headings, in order', text => headings(text).map(heading => heading.replace(/ .*/, ''))],
  ['the code blocks', codeBlocks],
  ['the rows and columns of the tables', text => tableRows(text).map(row => row.split('|').length)],
  ['the inline code in tables', text => tableRows(text).map(row => inlineCode(row).sort())],
  ['the inline code outside tables', text => inlineCode(prose(text)).sort()],
  [
    'the links and images',
    text =>
      links(text)
        .filter(target => !/^README(\.zh-CN)?\.md$/.test(target))
        .sort(),
  ],
];

const documents = [...markdownIn('.'), ...markdownIn('docs')];

describe('README.zh-CN.md', () => {
  const english = read('README.md');
  const chinese = read('README.zh-CN.md');

  it.each(shared)('has the same as README.md: %s', (_, of) => {
    // "Expected" is README.md, "received" the Chinese one: what was changed in one belongs in the other.
    expect(of(chinese)).toEqual(of(english));
  });

  it('and README.md lead to each other', () => {
    expect(links(english)[0]).toBe('README.zh-CN.md');
    expect(links(chinese)[0]).toBe('README.md');
  });
});

describe('the documents', () => {
  it.each(documents)('%s links only to files and headings that exist', file => {
    expect(links(read(file)).filter(target => isBroken(file, target))).toEqual([]);
  });
});

describe('this check', () => {
  it('finds a link to no file and to no heading, and none in code', () => {
    const text =
      '[a](no.md) ![b](README.md) [c](#where-it-runs) [d](PROTOCOL.md#nowhere) `[e](no.md)`\n\n    [f](no.md)\n';
    expect(links(text)).toEqual(['no.md', 'README.md', '#where-it-runs', 'PROTOCOL.md#nowhere']);
    expect(links(text).filter(target => isBroken('README.md', target))).toEqual(['no.md', 'PROTOCOL.md#nowhere']);
  });

  it('takes indented and fenced lines for code, but not the next lines of a list', () => {
    const text = 'a\n\n    b\n\n```json\nc\n```\n\n- d\n    e\n';
    expect(codeBlocks(text)).toEqual(['    b', 'c']);
  });
});

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

function markdownIn(folder: string): string[] {
  const names = readdirSync(path.join(root, folder)).filter(name => name.endsWith('.md'));
  return names.sort().map(name => path.posix.join(folder, name));
}

/** The text in parts: code blocks, indented (after an empty line) or fenced, and what is between them. */
function parts(text: string): { code: string[]; prose: string[] } {
  const code: string[] = [];
  const prose: string[] = [];
  let fenced: string[] | undefined;
  let before = '';
  for (const line of text.split('\n')) {
    const isFence = /^\s*```/.test(line);
    const isIndented = /^ {4}/.test(line);
    const continues = code.length > 0 && before === 'indented';
    if (fenced !== undefined && isFence) {
      code.push(fenced.join('\n'));
      fenced = undefined;
    } else if (fenced !== undefined) fenced.push(line);
    else if (isFence) fenced = [];
    else if (isIndented && continues) code.push(`${code.pop()}\n${line}`);
    else if (isIndented && before === 'empty') code.push(line);
    else prose.push(line);
    if (line.trim() === '') before = 'empty';
    else before = isIndented && (before === 'empty' || continues) ? 'indented' : 'text';
  }
  return { code, prose };
}

function codeBlocks(text: string): string[] {
  return parts(text).code;
}

function headings(text: string): string[] {
  return parts(text).prose.filter(line => /^#{1,6} /.test(line));
}

function tableRows(text: string): string[] {
  return parts(text).prose.filter(line => line.startsWith('|'));
}

function prose(text: string): string {
  return parts(text)
    .prose.filter(line => !line.startsWith('|'))
    .join('\n');
}

function inlineCode(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Targets of links and images, and addresses in angle brackets, in order. */
function links(text: string): string[] {
  const lines = parts(text)
    .prose.join('\n')
    .replaceAll(/`[^`]*`/g, '`code`');
  return [...lines.matchAll(/\]\(([^)\s]+)\)|<(https?:[^>]+)>/g)].map(([, target, address]) => target ?? address ?? '');
}

function isBroken(from: string, target: string): boolean {
  if (/^(https?|mailto):/.test(target)) return false;
  const [name = '', anchor] = target.split('#');
  const file = name === '' ? from : path.posix.join(path.posix.dirname(from), name);
  if (!existsSync(path.join(root, file))) return true;
  if (anchor === undefined) return false;
  return statSync(path.join(root, file)).isDirectory() || !anchorsOf(read(file)).includes(anchor);
}

/** As GitHub makes them: lower case, without punctuation, spaces as hyphens, a repeated one numbered. */
function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return headings(text).map(heading => {
    const name = heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}-${count}`;
  });
}

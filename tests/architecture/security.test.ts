import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../support/sources.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/security.md');
/** The items of the chapters, each on one line. */
const items = [...(page.split('## ASVS 5.0')[1] ?? '').matchAll(/^- ((?:.|\n(?! *[-#]|\n))+)/gm)]
  .map(([, item = '']) => item.replaceAll(/\s+/g, ' '))
  .filter(item => /^\*\*\d/.test(item));

it('names for each requirement a test, a document, or the reason why there is none', () => {
  expect(items.length).toBeGreaterThan(60);
  const says = /`tests\/[^`]+`|Documentation: |No test: |Not met: |: above|\]\(operating\.md/;
  expect(items.filter(item => !says.test(item))).toEqual([]);
});

it('names only tests that there are, by their file and title', () => {
  const named = items.flatMap(item => [...item.matchAll(/`(tests\/[^`]+\.ts)`: _(.+?)_(?=[.\s]|$)/g)]);
  expect(named.length).toBeGreaterThan(50);
  const missing = named.filter(
    ([, file = '', title = '']) => !existsSync(path.join(root, file)) || !read(file).includes(title),
  );
  expect(missing.map(([text]) => text)).toEqual([]);
});

it('names each requirement with three numbers, in order', () => {
  const numbers = items.map(item => /^\*\*(\d+)\.(\d+)\.(\d+)\*\*/.exec(item)?.slice(1).map(Number) ?? []);
  const order = numbers.map(([chapter = 0, section = 0, each = 0]) => chapter * 10_000 + section * 100 + each);
  expect(order).toEqual([...order].sort((one, other) => one - other));
});

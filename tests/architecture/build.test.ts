import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { builtWhole } from '../../scripts/built-whole.ts';

let target: string;

beforeEach(() => {
  mkdirSync('.local', { recursive: true });
  target = mkdtempSync('.local/target-');
  writeFileSync(path.join(target, 'page.html'), 'old');
  writeFileSync(path.join(target, 'old.js'), 'old');
});

afterEach(() => rmSync(target, { recursive: true, force: true }));

const files = () => readdirSync(target, { recursive: true, encoding: 'utf8' }).sort();

async function build(folder: string): Promise<string> {
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'assets/new.js'), 'new');
  expect(readFileSync(path.join(target, 'page.html'), 'utf8')).toBe('old');
  writeFileSync(path.join(folder, 'page.html'), 'new');
  return 'built';
}

test('a build takes the place of the one before when it is complete, and what belongs to that one alone is gone', async () => {
  expect(await builtWhole(target, build)).toBe('built');
  expect(files()).toEqual(['assets', 'assets/new.js', 'page.html']);
  expect(readFileSync(path.join(target, 'page.html'), 'utf8')).toBe('new');
});

test('one that fails leaves everything as it was', async () => {
  const broken = builtWhole(target, async folder => {
    await build(folder);
    throw new Error('a source is broken');
  });
  await expect(broken).rejects.toThrow('a source is broken');
  expect(files()).toEqual(['old.js', 'page.html']);
});

test('what others put into the folder that it keeps stays', async () => {
  mkdirSync(path.join(target, 'packages'));
  writeFileSync(path.join(target, 'packages/theirs.js'), 'theirs');
  await builtWhole(target, build, { keeping: 'packages' });
  expect(files()).toEqual(['assets', 'assets/new.js', 'packages', 'packages/theirs.js', 'page.html']);
});

test('two may run at once', async () => {
  let arrive = () => {};
  const both = new Promise<void>(resolve => {
    let count = 0;
    arrive = () => {
      count += 1;
      if (count === 2) resolve();
    };
  });
  await Promise.all(
    ['a', 'b'].map(() =>
      builtWhole(target, async folder => {
        await build(folder);
        arrive();
        await both;
      }),
    ),
  );
  expect(files()).toEqual(['assets', 'assets/new.js', 'page.html']);
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildPages } from '../../web/build.ts';
import { oldestBrowsers } from '../../web/support/browsers.ts';
import { newerInScript, newerInStyle } from './newer-features.ts';

// The required browsers (web/support/browsers.ts) know what the pages use, or the pages do without it. What is built is
// read, so that libraries count as well. Who adds a line here has looked at what happens where the feature is missing.

/** What is used where it is there, and what happens elsewhere. */
const doneWithout: Readonly<Record<string, string>> = {
  Notification: 'no switch for notifications is of use; the page rings and shows (not in WebView, WeChat, old iOS)',
  permission: 'of Notification',
  requestPermission: 'of Notification',
  showNotification: 'asked only where notifications are allowed',
  getNotifications: 'asked only where notifications are allowed',
  setAppBadge: 'the title counts',
  vibrate: 'the page sounds (not in Safari, Firefox)',
  userActivation: 'no vibration then',
  hasBeenActive: 'of userActivation',
  wakeLock: 'the screen may go dark, as the device is set',
  createPolicy: 'browsers without Trusted Types take the text',
  adoptedStyleSheets: 'the ticket is printed on a page of the usual length',
  replaceSync: 'of adoptedStyleSheets',
  moveBefore: 'Preact moves nodes with insertBefore',
};

/** Words of the pages and of Preact that a newer interface has, too. */
const ownWords = ['Now', 'displayName', 'dispose', 'fallback', 'format', 'ms', 'subscribe'];

/** What a stylesheet says for browsers that know it; the others pass over it. */
const passedOver: Readonly<Record<string, string>> = {
  'contain-intrinsic-block-size': 'goes with content-visibility',
  'content-visibility': 'drawing hundreds of tickets takes longer',
  'field-sizing': 'a note keeps its two lines and scrolls',
  'line-clamp': 'stands beside -webkit-line-clamp',
  resize: 'no corner to pull at on iOS',
  'scrollbar-width': 'a scroll bar shows',
  'text-size-adjust': 'stands beside -webkit-text-size-adjust',
  'user-select': 'stands beside -webkit-user-select',
  'text-wrap': 'headings are wrapped less evenly',
};

const outdir = mkdtempSync(path.join(os.tmpdir(), 'pages-'));
beforeAll(() => buildPages({ outdir, minify: true }));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function built(name: RegExp): string {
  const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter(file => name.test(file));
  return files.map(file => readFileSync(path.join(outdir, file), 'utf8')).join('\n');
}

test('9.8: the scripts use nothing that a required browser lacks, but what they do without', () => {
  const unexpected = newerInScript(built(/\.js$/)).filter(name => !(name in doneWithout) && !ownWords.includes(name));
  expect(unexpected).toEqual([]);
});

test('9.8: the styles use nothing that a required browser lacks, but what may be passed over', () => {
  expect(newerInStyle(built(/\.css$/)).filter(name => !(name in passedOver))).toEqual([]);
});

test('9.8: the script that asks for a newer browser can be read by any', () => {
  const check = built(/check-\w+\.js$/);
  expect(check).toContain('Safari');
  expect(check).not.toMatch(/=>|\b(?:const|let|class|async|import)\b|`|\?\.|\?\?/);
});

test('9.8: both languages of docs/running.md and the sentence name the browsers that the pages are built for', () => {
  const versions = Object.values(oldestBrowsers).map(String);
  for (const text of [
    built(/check-\w+\.js$/),
    readFileSync('docs/running.md', 'utf8'),
    readFileSync('docs/running.zh-CN.md', 'utf8'),
  ])
    for (const version of versions)
      expect(text).toMatch(new RegExp(`(Chrome|Edge|Firefox|Safari|iOS)[^\\n]{0,60}\\b${version}\\b`));
});

test('this check finds what is newer, and takes no word of ours for it', () => {
  expect(newerInScript('Object.groupBy(a,b),new URLPattern(c),d.toSorted(),e.at(-1)')).toEqual([
    'URLPattern',
    'groupBy',
    'toSorted',
  ]);
  expect(newerInScript('const a={toSorted:1};a.toSorted')).toEqual([]);
  expect(newerInScript('f(...toSorted)')).toEqual([]);
  expect(newerInStyle('a:has(b){anchor-name:--a;color:red}@starting-style{a{b:c}}')).toEqual([
    ':has',
    '@starting-style',
    'anchor-name',
  ]);
});

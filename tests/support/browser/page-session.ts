import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildPages } from '../../../web/build.ts';
import { PATIENCE_MS } from '../until.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';
import { type BrowserOptions, launchBrowser } from './launch.ts';
import { expectLargeTargets } from './targets.ts';

/** Sizes of the screens that people use the pages on. */
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
export const tablet = { viewport: { width: 820, height: 1180 }, hasTouch: true };

/** What is text to a person and would be markup, script or another direction of writing to a careless page. */
export const evilText = '<img src=x onerror="document.title=1"></script><script>document.title=2</script>‮"\'><b>';

/**
 * For a file of browser tests: the pages built once, one browser, and a fresh server for each test. A test fails when a
 * page complains of anything: an error of its script, what the policy forbade, a request to another host.
 */
export function pageSession(browserOptions: BrowserOptions = {}) {
  let outdir: string;
  let browser: Browser;
  let server: FakeServer;
  let complaints: string[] = [];

  beforeAll(async () => {
    outdir = mkdtempSync(path.join(os.tmpdir(), 'pages-'));
    await buildPages({ outdir, minify: true });
    browser = await launchBrowser(browserOptions);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(outdir, { recursive: true, force: true });
  });

  beforeEach(async () => {
    complaints = [];
    server = await startFakeServer(outdir);
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await server.close();
    expect(complaints).toEqual([]);
  });

  async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    // Without its service worker a page does the same, and each of these contexts lives for one test only.
    const context = await browser.newContext({ locale: 'en-GB', serviceWorkers: 'block', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000); // before the test's own, so that it says what was waited for
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('console', message => {
      if (/Content Security Policy|Trusted/i.test(message.text())) complaints.push(message.text());
    });
    page.on('request', request => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url)) complaints.push(request.url());
    });
    await page.goto(server.url + url);
    return page;
  }

  return {
    open,
    /** The customer's page on a phone, at the demo shop. */
    customer: (fragment = '#shop=shop1', options: BrowserContextOptions = {}) =>
      open(`/order.html${fragment}`, { ...phone, ...options }),
    /** The shop's page on a tablet, signed in. */
    screen: (options: BrowserContextOptions = {}) =>
      open(`/shop.html#shop=shop1&key=${server.key}`, { ...tablet, ...options }),
    /** The server of the running test. */
    server: () => server,
    /** Where the built pages are. */
    outdir: () => outdir,
    /** What the pages of the running test complained about so far. */
    complaints: () => complaints,
  };
}

/** Waits until what is read is what is wanted, as long as `until` does. What takes long is looked at less often. */
export async function eventually<T>(read: () => Promise<T>, wanted: T): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  let last = await read();
  for (let pause = 10; last !== wanted && Date.now() < end; pause = Math.min(100, pause * 2)) {
    await new Promise(resolve => setTimeout(resolve, pause));
    last = await read();
  }
  expect(last).toBe(wanted);
}

const axe = readFileSync(path.join(process.cwd(), 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/** No rule of axe is broken by the page as it stands, and fingers find everything that can be tapped. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectLargeTargets(page);
  // Once for each document: half a megabyte of script takes longer than most of what it looks at.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { violations } = await (
      window as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run({ resultTypes: ['violations'], selectors: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  });
  expect(violations).toEqual([]);
}

/** A built page weighs at most 60 kB compressed, with its script and its style, and has nothing inline. */
export function expectLight(outdir: string, page: 'order' | 'shop' | 'chat'): void {
  const html = readFileSync(path.join(outdir, `${page}.html`), 'utf8');
  const assets = [...html.matchAll(/"(assets\/[^"]+)"/g)].map(([, name]) =>
    readFileSync(path.join(outdir, name ?? '')),
  );
  // The style, the check, the script, and what the script shares with what it loads later.
  expect(assets.length).toBeGreaterThanOrEqual(3);
  const bytes = [Buffer.from(html), ...assets].reduce((sum, file) => sum + gzipSync(file).length, 0);
  expect(bytes).toBeLessThan(60_000);
  expect(html).not.toMatch(/<style|style=|<script>|\bon\w+=/);
}

/**
 * Both languages and both colour schemes. A contrast depends on the scheme alone, and what is too wide on the language,
 * so that each of them once shows what all four pairs would.
 */
export const looks = [
  ['zh-CN', 'light'],
  ['en-GB', 'dark'],
] as const;

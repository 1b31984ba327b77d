import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { policyFor } from '../../apigateway/server/http/pages.ts';
import { buildPages } from '../../web/build.ts';
import { contentPolicy, withPolicy } from '../../web/policy.ts';
import { startFakeServer } from '../support/browser/fake-server.ts';
import { eventually, pageSession, phone } from '../support/browser/page-session.ts';

const session = pageSession();
const withWorker = { ...phone, serviceWorkers: 'allow' } as const;

/** Waits until the page's worker has kept the shell. */
async function untilKept(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
}

async function keptAddresses(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map(name => caches.open(name)));
    const requests = await Promise.all(caches_.map(cache => cache.keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
}

describe('the shell', () => {
  test.each([
    ['order', 'not-read'],
    ['shop', 'connection'],
  ])('of %s.html opens without a network, and says that there is none', async (name, testid) => {
    const fragment = name === 'shop' ? `#shop=shop1&key=${session.server().key}` : '';
    const page = await session.open(`/${name}.html${fragment}`, withWorker);
    await untilKept(page);
    await page.context().setOffline(true);
    session.server().cutSockets(true);
    await page.goto(`${session.server().url}/${name}.html`);
    await page.getByTestId(testid).waitFor();
    if (name === 'order') await page.getByTestId('offline').getByText('Offline').waitFor();
  });

  test('is all that is kept: no answer of a function', async () => {
    const page = await session.open('/order.html#shop=shop1', withWorker);
    await page.getByTestId('dish-mapo').waitFor();
    await untilKept(page);
    await page.reload();
    await page.getByTestId('dish-mapo').waitFor();
    expect((await keptAddresses(page)).map(address => address.replace(/-\w{8}\./, '.')).sort()).toEqual([
      '/assets/check.js',
      '/assets/order.css',
      '/assets/order.js',
      '/config.json',
      '/icons/order.svg',
      '/order.html',
    ]);
  });

  test('is replaced by a newer one at the next visit, while an open page goes on undisturbed', async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'shell-'));
    cpSync(session.outdir(), directory, { recursive: true });
    const server = await startFakeServer(directory);
    try {
      const page = await session.open('/order.html', withWorker);
      await page.goto(`${server.url}/order.html#shop=shop1`);
      session.complaints().length = 0; // another origin, on purpose
      await untilKept(page);
      await page.getByTestId('more-rice').click();
      for (const name of ['order.html', 'order-worker.js']) {
        const file = path.join(directory, name);
        const text = readFileSync(file, 'utf8');
        const newer = name.endsWith('.js') ? text.replace(/version:"[^"]+"/, 'version:"newer"') : text;
        writeFileSync(file, newer.replace('<title>', '<title>newer '));
      }
      await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
      await page.getByTestId('more-rice').click();
      expect(await page.getByTestId('quantity-rice').textContent()).toBe('2');

      const next = await page.context().newPage();
      await next.goto(`${server.url}/order.html`);
      expect(await next.evaluate(async () => (await fetch('order.html')).text())).toContain('<title>newer ');
      await page.close();
      await next.close();
      const last = await page.context().newPage();
      await last.goto(`${server.url}/order.html`);
      await eventually(() => last.evaluate(async () => (await caches.keys()).join()), 'shell /order newer');
    } finally {
      session.complaints().length = 0;
      await server.close();
      rmSync(directory, { recursive: true });
    }
  });
});

describe('9.1 F51: the shell', () => {
  test.each([
    ['order.html', '<html>Welcome to the hotel</html>'],
    ['config.json', '{"status":"login"}'],
  ])('opens as it was when somebody else answers for %s, and does not keep that answer', async (name, foreign) => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'shell-'));
    cpSync(session.outdir(), directory, { recursive: true });
    const server = await startFakeServer(directory);
    try {
      const page = await session.open('/order.html', withWorker);
      await page.goto(`${server.url}/order.html#shop=shop1`);
      await page.getByTestId('dish-mapo').waitFor();
      await untilKept(page);
      writeFileSync(path.join(directory, name), foreign);
      await page.goto('about:blank');
      await page.goto(`${server.url}/order.html#shop=shop1`);
      await page.getByTestId('dish-mapo').waitFor();
      const kept = await page.evaluate(async file => (await caches.match(file))?.text(), name);
      expect(kept).toBe(readFileSync(path.join(session.outdir(), name), 'utf8'));
    } finally {
      session.complaints().length = 0; // another origin, on purpose
      await server.close();
      rmSync(directory, { recursive: true });
    }
  });
});

describe('a shell of two versions', () => {
  test('is not kept: the worker of a new page that still finds the old one gives up until the next visit', async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'shell-'));
    cpSync(session.outdir(), directory, { recursive: true });
    const worker = path.join(directory, 'order-worker.js');
    const asset = /assets\/order-\w{8}\.js/.exec(readFileSync(worker, 'utf8'))?.[0] ?? '';
    cpSync(path.join(directory, asset), path.join(directory, 'assets/order-NEWER000.js'));
    writeFileSync(worker, readFileSync(worker, 'utf8').replace(asset, 'assets/order-NEWER000.js'));
    const server = await startFakeServer(directory);
    try {
      const page = await session.open('/order.html', withWorker);
      await page.addInitScript(() => {
        const register = ServiceWorkerContainer.prototype.register;
        ServiceWorkerContainer.prototype.register = function (this: ServiceWorkerContainer, ...given) {
          const registered = register.apply(this, given);
          Object.assign(globalThis, { fate: registered.then(({ installing }) => fateOf(installing)) });
          return registered;
        };
        const fateOf = async (worker: ServiceWorker | null) => {
          while (worker?.state === 'installing') {
            await new Promise(resolve => worker.addEventListener('statechange', resolve, { once: true }));
          }
          return worker?.state;
        };
      });
      await page.goto(`${server.url}/order.html`);
      session.complaints().length = 0; // another origin, on purpose
      await page.waitForFunction(() => 'fate' in globalThis);
      const fate = await page.evaluate(() => (globalThis as unknown as { fate: Promise<string> }).fate);
      expect(fate).toBe('redundant');
      expect(await keptAddresses(page)).toEqual([]);
      session.complaints().length = 0;
    } finally {
      await server.close();
      rmSync(directory, { recursive: true });
    }
  });
});

describe('the content policy', () => {
  test('stands in the pages as well, for where a bucket serves them', () => {
    for (const page of ['order', 'shop']) {
      const html = readFileSync(path.join(session.outdir(), `${page}.html`), 'utf8');
      const [, policy] = /<meta http-equiv="content-security-policy" content="([^"]+)">/.exec(html) ?? [];
      expect(policy).toBe(contentPolicy({ api: '', websocket: '' }));
      expect(html.indexOf('content-security-policy')).toBeLessThan(html.indexOf('<link'));
    }
  });

  test('says the same in the pages and in the header, which forbids frames besides', () => {
    const inPage = contentPolicy({ api: 'https://api.example/x', websocket: 'wss://ws.example/pgws' });
    expect(policyFor(inPage, 'shop.example')).toBe(`${inPage}; frame-ancestors 'none'`);
    expect(inPage).toContain("connect-src 'self' https://api.example wss://ws.example;");
  });

  test('of a built page follows another config.json, whose WebSocket may be written as http', () => {
    const built = readFileSync(path.join(session.outdir(), 'order.html'), 'utf8');
    const bill = 'https://bill.example/run';
    const elsewhere = withPolicy(built, { bill, getShopInfo: `${bill}?x`, websocket: 'https://ws.example/pgws' });
    expect(elsewhere).toContain("connect-src 'self' https://bill.example wss://ws.example;");
    expect(withPolicy(elsewhere, { api: '', websocket: '' })).toBe(built);
  });

  test('lets in pictures of the hosts that config.json names, and takes nothing but hosts', () => {
    const config = { api: '', websocket: '', imageHosts: ['images.example', 'cdn.example:8443'] };
    expect(contentPolicy(config)).toContain("; img-src 'self' https://images.example https://cdn.example:8443; ");
    expect(contentPolicy(config)).toContain("; connect-src 'self' ws: wss:; ");
    for (const wrong of ['https://images.example', 'a b', '*', "x; script-src 'unsafe-inline'", '', 1])
      expect(() => contentPolicy({ ...config, imageHosts: [wrong] })).toThrow(/imageHosts/);
    expect(() => contentPolicy({ ...config, imageHosts: 'images.example' })).toThrow(/imageHosts/);
  });

  test('names the host of the request, unless that is none', () => {
    const inPage = contentPolicy({ api: '', websocket: '' });
    expect(policyFor(inPage, 'shop.example:8080')).toContain(
      "connect-src 'self' ws://shop.example:8080 wss://shop.example:8080;",
    );
    expect(policyFor(inPage, "x; script-src 'unsafe-inline'")).toContain("connect-src 'self';");
  });

  test('lets the pages turn no text into script, but for the address of the worker', async () => {
    const page = await session.customer();
    await page.getByTestId('dish-mapo').waitFor();
    const tried = await page.evaluate(() => {
      const attempt = (act: () => unknown) => {
        try {
          act();
          return 'done';
        } catch {
          return 'refused';
        }
      };
      const { trustedTypes } = globalThis as unknown as {
        trustedTypes: { createPolicy(name: string, rules: object): unknown };
      };
      return [
        attempt(() => trustedTypes.createPolicy('another', { createHTML: (text: string) => text })),
        attempt(() => trustedTypes.createPolicy('service-worker', { createHTML: (text: string) => text })),
        attempt(() => {
          document.body.innerHTML = '<p>text</p>';
        }),
      ];
    });
    expect(tried).toEqual(['refused', 'refused', 'refused']);
    session.complaints().length = 0; // they were the point
  });
});

describe('what a home screen needs', () => {
  test.each([
    'order',
    'shop',
  ])('is there for %s.html: name, start, icons of which one may be cut to any shape', name => {
    const file = (part: string) => path.join(session.outdir(), part);
    const manifest = JSON.parse(readFileSync(file(`${name}.webmanifest`), 'utf8'));
    expect(manifest).toMatchObject({ start_url: `${name}.html`, scope: `${name}.html`, display: 'standalone' });
    const icons: { src: string; sizes: string; purpose?: string }[] = manifest.icons;
    expect(icons.map(({ sizes }) => sizes)).toEqual(['any', '192x192', '512x512', '512x512']);
    expect(icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
    for (const { src } of icons) expect(statSync(file(src)).size).toBeGreaterThan(100);
    expect(readFileSync(file(`${name}.html`), 'utf8')).toContain(`<link rel="manifest" href="${name}.webmanifest">`);
  });

  test.each(['order', 'shop'])('is enough for the browser to install %s.html', async name => {
    const page = await session.open(`/${name}.html`, withWorker);
    await untilKept(page);
    const devtools = await page.context().newCDPSession(page);
    expect((await devtools.send('Page.getAppManifest')).errors).toEqual([]);
    expect(await devtools.send('Page.getInstallabilityErrors')).toEqual({ installabilityErrors: [] });
  });

  test('is built anew from another config.json, with a policy that lets the pages go there and nowhere else', async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'pages-'));
    const config = { api: 'https://api.example', websocket: 'wss://ws.example/pgws' };
    await buildPages({ outdir: directory, minify: true, config });
    expect(JSON.parse(readFileSync(path.join(directory, 'config.json'), 'utf8'))).toEqual(config);
    expect(readFileSync(path.join(directory, 'order.html'), 'utf8')).toContain(
      "connect-src 'self' https://api.example wss://ws.example;",
    );
    expect(readdirSync(directory)).toContain('order-worker.js');
    rmSync(directory, { recursive: true });
  });
});

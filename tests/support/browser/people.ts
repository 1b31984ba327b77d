import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** Pages of people in a real browser, and everything the pages complained about. */
export interface People {
  /** A device: its storage, its network, its permissions. */
  device(options: BrowserContextOptions): Promise<BrowserContext>;
  /** Another tab of a device. */
  open(device: BrowserContext, address: string): Promise<Page>;
  /** Errors of scripts and breaches of the content policy. */
  problems: string[];
}

/** Makes people. What a missing network makes the console say is no problem. */
export function people(browser: Browser): People {
  const problems: string[] = [];
  return {
    problems,
    async device(options) {
      const context = await browser.newContext({ locale: 'en-GB', hasTouch: true, ...options });
      await context.addInitScript(countStrokes);
      return context;
    },
    async open(device, address) {
      const page = await device.newPage();
      page.setDefaultTimeout(60_000);
      page.on('pageerror', error => problems.push(error.message));
      page.on('console', message => {
        const isNetwork = /net::ERR_|WebSocket connection|status of 503/.test(message.text());
        if (message.type() === 'error' && !isNetwork) problems.push(message.text());
      });
      await page.goto(address);
      return page;
    },
  };
}

/** How often the bell of a page was struck, and what a breach of the policy was about. */
export interface Counted {
  strokes: number;
}

function countStrokes(): void {
  const counted = { strokes: 0 };
  Object.assign(globalThis, { counted });
  const real = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function (this: AudioContext) {
    counted.strokes += 1;
    return real.call(this);
  };
}

/** Strokes of the bell on a page so far. */
export function strokes(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { counted: Counted }).counted.strokes);
}

/** Of the tabs of a device: how many ring, and how many would if that one were closed. */
export function bells(page: Page): Promise<{ ringing: number; waiting: number }> {
  return page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    const count = (locks: LockInfo[]) => locks.filter(({ name }) => name === 'bell').length;
    return { ringing: count(held), waiting: count(pending) };
  });
}

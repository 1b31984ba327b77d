import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../../support/browser/page-session.ts';
import { type AudioWorld, fakeAudio, inAudio } from './fake-audio.ts';
import { act, live, watchPrinter } from './hands.ts';

// The bell is heard whatever browser and system do with the sound; and where it cannot be, the screen says so.

const session = pageSession();
const shop = () => session.server().shop();
const heard = (page: Page) => inAudio(page, world => world.heard);

/** A screen with an order that waits, whose bell is on. */
async function ringing(world: Partial<AudioWorld> = {}): Promise<Page> {
  session.server().place();
  const page = await session.screen();
  await fakeAudio(page, { startsRunning: true, ...world });
  await live(page);
  await eventually(async () => (await heard(page)) > 0, true);
  return page;
}

async function hearsMore(page: Page): Promise<void> {
  const before = await heard(page);
  await eventually(async () => (await heard(page)) > before, true);
}

test('9.5: a tap on a bell that says "No sound yet" makes it sound, by finger and by key, and mutes nothing', async () => {
  for (const key of ['Enter', 'Space', undefined]) {
    const page = await live(await session.screen());
    await page.getByTestId('mute').getByText('No sound yet').waitFor({ state: 'attached' });
    if (key === undefined) await page.getByTestId('mute').click();
    else {
      await page.getByTestId('mute').focus();
      await page.keyboard.down(key);
      if (key === 'Space') await page.getByTestId('mute').getByText('Bell on').waitFor({ state: 'attached' });
      await page.keyboard.up(key);
    }
    await page.getByTestId('mute').getByText('Bell on').waitFor({ state: 'attached' });
    expect(await page.getByTestId('mute').getAttribute('aria-pressed')).toBe('false');
    await page.reload();
    await live(page);
    expect(await page.getByTestId('mute').getAttribute('aria-pressed')).toBe('false');
  }
});

test('9.5: a tap on a bell that is heard mutes it, and one more makes it sound again', async () => {
  const page = await ringing();
  await page.getByTestId('mute').click();
  await page.getByTestId('mute').getByText('Muted').waitFor({ state: 'attached' });
  await inAudio(page, world => world.contexts[0]?.become('interrupted'));
  await page.getByTestId('mute').click();
  await hearsMore(page);
});

/** How the sound goes away; a tap anywhere has to bring it back. */
const losses: [string, (world: AudioWorld) => void][] = [
  ['suspended', ({ contexts }) => contexts[0]?.become('suspended')],
  ['interrupted', ({ contexts }) => contexts[0]?.become('interrupted')],
  ['closed', ({ contexts }) => contexts[0]?.become('closed')],
  ['in a state that no document knows', ({ contexts }) => contexts[0]?.become('on-holiday')],
  [
    'suspended, and resume() never settles',
    world => {
      world.resume = 'never settles';
      world.contexts[0]?.become('suspended');
    },
  ],
  [
    'interrupted, and resume() is refused',
    world => {
      world.resume = 'rejects';
      world.contexts[0]?.become('interrupted');
    },
  ],
  ['without its output device', ({ contexts }) => contexts[0]?.dispatchEvent(new Event('error'))],
];

test.each(losses)('9.5: sound that is %s is asked for, and comes back with the next tap', async (_, lose) => {
  const page = await ringing();
  await inAudio(page, lose);
  await page.getByTestId('allow-sound').waitFor();
  await page.getByTestId('silent-alarm').waitFor();
  await page.locator('h1').click();
  await eventually(() => page.getByTestId('allow-sound').count(), 0);
  await hearsMore(page);
  expect(await inAudio(page, world => world.contexts.length)).toBe(1);
});

test('9.5: a context that says it runs while its clock stands still is replaced at the next stroke, without a tap', async () => {
  const page = await ringing();
  await inAudio(page, ({ contexts }) => {
    if (contexts[0] !== undefined) contexts[0].isDead = true;
  });
  await hearsMore(page);
});

test.each([
  'pageshow',
  'focus',
])('9.5: a page that comes back (%s) sounds again without a tap where the browser allows it', async type => {
  const page = await ringing();
  await inAudio(page, ({ contexts }) => contexts[0]?.become('suspended'));
  await page.getByTestId('allow-sound').waitFor();
  await page.evaluate(name => dispatchEvent(new Event(name)), type);
  await hearsMore(page);
});

const impossible: [string, Partial<AudioWorld>][] = [
  ['the browser makes no context', { refuses: true }],
  ['nothing ever runs', { resume: 'never settles', startsRunning: false }],
  ['resuming is refused', { resume: 'rejects', startsRunning: false }],
];

test.each(impossible)('9.5: where %s, the screen says so in large letters, and a tap tries again', async (_, world) => {
  session.server().place();
  const page = await session.screen();
  await fakeAudio(page, world);
  await live(page);
  await page.locator('h1').click();
  const strip = page.locator('[data-testid="allow-sound"][data-sound="impossible"]');
  await strip.getByText('No sound here').waitFor();
  expect(await strip.evaluate(one => Number.parseFloat(getComputedStyle(one).fontSize))).toBeGreaterThan(20);
  await page.getByTestId('silent-alarm').waitFor();
  await inAudio(page, audio => Object.assign(audio, { refuses: false, resume: 'works' }));
  await strip.click();
  await eventually(() => page.getByTestId('silent-alarm').count(), 0);
  await hearsMore(page);
});

test('9.5: where there is no AudioContext at all, the screen says so and works', async () => {
  session.server().place();
  const page = await session.screen();
  await page.context().addInitScript(() => Object.assign(globalThis, { AudioContext: undefined }));
  await page.reload();
  await live(page);
  await page.locator('[data-sound="impossible"]').click();
  await page.getByTestId('accept').click();
  await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
});

/**
 * Lets the tabs of this device be frozen, from their next load on. Headless Chromium freezes no tab that it shows, so
 * this stops what freezing stops: the timers of the page run no more, while its locks stay held.
 */
async function allowFreezing(page: Page): Promise<void> {
  await page.context().addInitScript(() => {
    const real = globalThis.setInterval;
    const frozen = globalThis as { isFrozen?: boolean };
    globalThis.setInterval = ((act: () => void, ms: number) =>
      real(() => frozen.isFrozen || act(), ms)) as typeof setInterval;
  });
}

/** Freezes a tab, which is told before or not, or wakes it up (Page Lifecycle, the events `freeze` and `resume`). */
async function setFrozen(page: Page, isFrozen: boolean, isTold: boolean): Promise<void> {
  await page.evaluate(
    ({ frozen, told }) => {
      (globalThis as { isFrozen?: boolean }).isFrozen = frozen;
      if (told) document.dispatchEvent(new Event(frozen ? 'freeze' : 'resume'));
    },
    { frozen: isFrozen, told: isTold },
  );
}

test.each([
  ['was told before', true],
  ['was told nothing', false],
])('9.5 F55: a tab that the browser has frozen while it rang, and that %s, leaves the bell to the tab in front', async (_, told) => {
  const back = await session.screen();
  await allowFreezing(back);
  await fakeAudio(back, { startsRunning: true });
  await live(back);
  session.server().place();
  await eventually(async () => (await heard(back)) > 0, true);
  const front = await back.context().newPage();
  await front.goto(`${session.server().url}/shop.html`);
  await live(front);
  expect(await heard(front)).toBe(0);
  await setFrozen(back, true, told);
  await eventually(async () => (await heard(front)) > 0, true);
  await setFrozen(back, false, true);
  const before = await heard(back);
  await hearsMore(front);
  expect(await heard(back)).toBe(before); // awake again, it does not ring beside the other
});

test('9.5 F55: the tab that somebody touches rings in place of another', async () => {
  const back = await ringing();
  const front = await back.context().newPage();
  await front.goto(`${session.server().url}/shop.html`);
  await live(front);
  expect(await heard(front)).toBe(0);
  await front.locator('h1').click();
  await hearsMore(front);
  const before = await heard(back);
  await hearsMore(front);
  expect(await heard(back)).toBe(before);
});

test('9.5 F55: a tab that is frozen while it prints leaves the printer to the tab in front', async () => {
  const back = await session.screen();
  await allowFreezing(back);
  await watchPrinter(back);
  await back.getByTestId('settings').click();
  await back.getByTestId('auto-print').click();
  await back.keyboard.press('Escape');
  await back.evaluate(() => Object.assign(window, { print: () => {} })); // a dialog that nobody answers
  session.server().place();
  session.server().place();
  act(shop(), 'accept', 1);
  await eventually(() => back.getByTestId('sheet').getByText('#1').count(), 1);
  const front = await back.context().newPage();
  await front.goto(`${session.server().url}/shop.html`);
  await live(front);
  await setFrozen(back, true, false);
  act(shop(), 'accept', 2);
  await eventually(() => front.getByTestId('sheet').getByText('#2').count(), 1);
  expect(await front.getByTestId('sheet').getByText('#1').count()).toBe(0);
});

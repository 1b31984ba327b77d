import type { Page } from 'playwright-core';
import { eventually, expectAccessible, looks, pageSession, phone } from '../../support/browser/page-session.ts';
import { fakeAudio, inAudio } from './fake-audio.ts';
import { act, live, watchPrinter } from './hands.ts';

// Orders for later stand apart until it is time to begin them: 15 minutes before their time, which is the fake shop's
// time of preparation.

const session = pageSession();
const shop = () => session.server().shop();
const MINUTE_MS = 60_000;
const later = { leadMinutes: 0, daysAhead: 3, slotMinutes: 30, perSlot: 4 };

/** The time in so many minutes, to the whole one. */
function inMinutes(minutes: number): string {
  return new Date(Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS).toISOString();
}

function shopTime(time: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Asia/Shanghai' }).format(Date.parse(time));
}

/** A screen with a clock that the test moves, and a bell that it hears. */
async function screen(options: Parameters<typeof session.screen>[0] = {}): Promise<Page> {
  const page = await session.screen(options);
  await page.clock.install();
  await fakeAudio(page, { startsRunning: true });
  return live(page);
}

const isRinging = (page: Page) => page.getByTestId('mute').getAttribute('data-ringing');
const ticket = (page: Page, column: string, number: number) =>
  page.getByTestId(`column-${column}`).getByTestId(`ticket-${number}`);

test('an order for later rings when it comes, has a place of its own, and is accepted with one tap', async () => {
  shop().changeSettings({ later });
  const page = await screen();
  expect(await page.getByTestId('tab-later').innerText()).toMatch(/Later\s+0/);
  const wantedAt = inMinutes(3 * 60);
  session.server().place({ wantedAt });
  await eventually(() => isRinging(page), 'true');
  await page.getByTestId('waiting').getByText('1 of them for later').waitFor();
  expect(await ticket(page, 'placed', 1).count()).toBe(0);
  await page.getByTestId('tab-later').click();
  await ticket(page, 'later', 1).getByTestId('handing-over').getByText(shopTime(wantedAt)).waitFor();
  await expectAccessible(page);
  await ticket(page, 'later', 1).getByTestId('accept').click();
  await ticket(page, 'later', 1).getByTestId('age').getByText('begin in 2 h').waitFor();
  await eventually(() => isRinging(page), 'false');
  expect([...shop().orders.values()][0]).toMatchObject({ status: 'accepted', readyAt: wantedAt });
  await page.getByTestId('tab-now').click();
  await page.getByTestId('column-accepted').getByText('Nothing in preparation').waitFor();
});

test('it rings again when it is time to begin, once, until somebody has seen it, and stands with the others then', async () => {
  const page = await screen();
  const wantedAt = inMinutes(17);
  session.server().place({ wantedAt, note: '不要香菜' });
  act(shop(), 'accept', 1);
  await eventually(
    () =>
      page
        .getByTestId('tab-later')
        .innerText()
        .then(text => /1/.test(text)),
    true,
  );
  await eventually(() => isRinging(page), 'false');
  await page.getByTestId('cooking').click();
  await page.getByTestId('cooking-sum').getByText('Nothing to cook').waitFor();
  await page.clock.fastForward(3 * MINUTE_MS);
  await page.getByTestId('cook-mapo').waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  const notice = page.getByTestId('notice-begin');
  await notice.getByText('Time to begin order 1!').waitFor();
  await notice.getByText(`For ${shopTime(wantedAt)}`).waitFor();
  await eventually(() => isRinging(page), 'true');
  const before = await inAudio(page, world => world.heard);
  await eventually(async () => (await inAudio(page, world => world.heard)) > before, true);
  await ticket(page, 'accepted', 1).waitFor();
  await expectAccessible(page);
  await notice.getByTestId('notice-seen').click();
  await eventually(() => isRinging(page), 'false');
  await page.reload(); // which sets the clock back to the machine's
  await live(page);
  await page.clock.fastForward(3 * MINUTE_MS);
  await ticket(page, 'accepted', 1).waitFor();
  expect(await page.getByTestId('notice-begin').count()).toBe(0);
});

test('a busy shop begins earlier', async () => {
  const page = await screen();
  session.server().place({ wantedAt: inMinutes(40) });
  act(shop(), 'accept', 1);
  await page.getByTestId('tab-later').click();
  await ticket(page, 'later', 1)
    .getByTestId('age')
    .getByText(/begin in 2\d min/)
    .waitFor();
  shop().changeSettings({ busyMinutes: 30 });
  await page.getByTestId('notice-begin').waitFor();
  await page.getByTestId('tab-now').click();
  await ticket(page, 'accepted', 1).waitFor();
});

test('what is accepted when it has to be begun anyway rings no second time', async () => {
  const page = await screen();
  session.server().place({ wantedAt: inMinutes(10) });
  await ticket(page, 'placed', 1).getByTestId('accept').click();
  await ticket(page, 'accepted', 1).waitFor();
  await page.clock.fastForward(2 * MINUTE_MS);
  await eventually(() => isRinging(page), 'false');
  expect(await page.getByTestId('notice-begin').count()).toBe(0);
});

test('while the shop is closed a ticket says that it waits for the opening', async () => {
  shop().changeSettings({ open: false, later });
  session.server().place({ wantedAt: inMinutes(5 * 60) }, 90);
  const page = await screen();
  await page.getByTestId('tab-later').click();
  await ticket(page, 'later', 1).getByTestId('expiry').getByText('to be accepted within 5 min of opening').waitFor();
  await page.locator('.ticket-good').waitFor();
  shop().changeSettings({ open: true });
  await ticket(page, 'later', 1).getByTestId('expiry').getByText('expires in 5 min').waitFor();
  shop().changeSettings({ open: false });
  // It goes on: somebody could have accepted it.
  await ticket(page, 'later', 1).getByTestId('expiry').getByText('expires in 5 min').waitFor();
});

test('a ticket that waited overnight counts from the opening, also on a page that was opened after it', async () => {
  const opensAt = new Date(Date.now() - 2 * MINUTE_MS).toISOString();
  shop().changeSettings({ later, open: false, opensAt });
  session.server().place({ wantedAt: inMinutes(5 * 60) }, 9 * 60);
  shop().changeSettings({ open: true, opensAt: null });
  const page = await screen();
  await page.getByTestId('tab-later').click();
  await ticket(page, 'later', 1)
    .getByTestId('expiry')
    .getByText(/expires in [23] min/)
    .waitFor();
  await ticket(page, 'later', 1)
    .getByTestId('age')
    .getByText(/waiting [23] min/)
    .waitFor();
});

test('they stand by their time, and what is printed says it', async () => {
  shop().changeSettings({ later });
  const page = await session.screen();
  const printed = await watchPrinter(page);
  for (const hours of [4, 2, 3]) session.server().place({ wantedAt: inMinutes(hours * 60) });
  await page.getByTestId('tab-later').click();
  const numbers = () => page.getByTestId('column-later').locator('.ticket-number').allInnerTexts();
  await eventually(async () => (await numbers()).join().replace(/[^\d,]/g, ''), '2,3,1');
  await ticket(page, 'later', 2).getByTestId('print').click();
  await eventually(async () => (await printed()).join(), '#2');
  const { wantedAt } = [...shop().orders.values()].find(({ number }) => number === 2) ?? {};
  expect(await page.getByTestId('sheet').textContent()).toContain(shopTime(wantedAt ?? ''));
});

test.each(
  looks,
)('on a phone they are one tab more, and axe has nothing to say, in %s, %s', async (locale, colorScheme) => {
  shop().changeSettings({ later });
  session.server().place();
  session.server().place({ wantedAt: inMinutes(3 * 60) });
  const page = await live(await session.screen({ ...phone, locale, colorScheme }));
  await page.getByTestId('tab-later').click();
  await ticket(page, 'later', 2).waitFor();
  expect(await page.getByTestId('column-placed').isVisible()).toBe(false);
  await expectAccessible(page);
  await page.getByTestId('tab-placed').click();
  await ticket(page, 'placed', 1).waitFor();
  expect(await page.getByTestId('column-later').isVisible()).toBe(false);
});

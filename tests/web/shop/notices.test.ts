import { eventually, expectAccessible, pageSession } from '../../support/browser/page-session.ts';
import { fakeAudio, inAudio } from './fake-audio.ts';
import { act, live } from './hands.ts';

// What a shop must not miss, in numbers: one line for each kind, and tickets that say how long they will wait.

const session = pageSession();
const shop = () => session.server().shop();

/** So many orders that nobody accepts. */
function expire(count: number): void {
  for (let done = 0; done < count; done++) session.server().place();
  for (const order of shop().openOrders()) shop().expire(order);
}

test('9.15: 62 expired orders make one notice with their number and one button', async () => {
  const page = await live(await session.screen());
  expire(62);
  const notice = page.getByTestId('notice-expired');
  await notice.getByText('Nobody accepted 62 orders, they have expired').waitFor();
  await notice.getByText('#1 #2 #3 #4 +58').waitFor();
  await expectAccessible(page);
  expect(await page.getByTestId('notice-seen').count()).toBe(1);
  await notice.getByTestId('notice-seen').click();
  await eventually(() => page.getByTestId('notices').count(), 0);
  await page.reload();
  await live(page);
  expect(await page.getByTestId('notices').count()).toBe(0);
});

test('9.15: each kind of news has a line and a button of its own, which leaves the others', async () => {
  for (let count = 0; count < 5; count++) session.server().place();
  const page = await live(await session.screen({ viewport: { width: 1440, height: 900 } }));
  for (const [index, { id }] of shop().openOrders().slice(0, 2).entries())
    shop().command(`r${index}`, { op: 'remind', order: id });
  for (const number of [3, 4, 5]) act(shop(), 'cancel', number);
  await page.getByTestId('notice-reminded').getByText('The customers of 2 orders').waitFor();
  await page.getByTestId('notice-cancelled').getByText('3 orders were cancelled!').waitFor();
  await page.getByTestId('notice-reminded').getByTestId('notice-seen').click();
  await eventually(() => page.getByTestId('notice-reminded').count(), 0);
  expect(await page.getByTestId('notice-cancelled').count()).toBe(1);
});

test('9.15: news that comes to a card under a finger is not confirmed by its tap', async () => {
  const page = await live(await session.screen());
  expire(1);
  await page.getByTestId('notice-expired').waitFor();
  await page.evaluate(() => {
    const card = document.querySelector('[data-testid="notice-expired"]');
    new MutationObserver((_, observer) => {
      observer.disconnect();
      const button = card?.querySelector('button');
      button?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, pointerType: 'touch' }));
      button?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1 }));
    }).observe(card as Element, { subtree: true, childList: true, characterData: true });
  });
  expire(1);
  await page.getByTestId('notice-expired').getByText('2 orders').waitFor();
  expect(await page.getByTestId('notice-expired').count()).toBe(1);
});

test('9.15: many notices at one moment sound once', async () => {
  const page = await session.screen();
  await fakeAudio(page, { startsRunning: true });
  await live(page);
  const heard = () => inAudio(page, world => world.heard);
  const before = await heard();
  expire(30);
  await page.getByTestId('notice-expired').getByText('30 orders').waitFor();
  // The bell of the orders themselves, two tones, may have been struck in between, every three seconds; a bang would be sixty more.
  expect((await heard()) - before).toBeLessThanOrEqual(10);
});

test('9.15: a ticket says when it will expire, by the minute and calmly at last', async () => {
  session.server().place({}, 1);
  const page = await session.screen();
  await page.clock.install();
  await page.reload();
  await live(page);
  const expiry = page.getByTestId('expiry');
  await expiry.getByText('expires in 4 min').waitFor();
  await page.clock.fastForward(60_000);
  await expiry.getByText('expires in 3 min').waitFor();
  await page.clock.fastForward(130_000);
  await expiry.getByText('expires in under 60 s').waitFor();
  await page.clock.fastForward(20_000);
  await expiry.getByText('expires in under 30 s').waitFor();
  await page.clock.fastForward(40_000);
  await expiry.getByText('about to expire').waitFor();
  act(shop(), 'accept', 1);
  await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
  expect(await expiry.count()).toBe(0);
});

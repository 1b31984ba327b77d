import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../../support/browser/page-session.ts';
import { act, live } from './hands.ts';

const session = pageSession();
const shop = () => session.server().shop();

const isRinging = (page: Page) => page.getByTestId('mute').getAttribute('data-ringing');

describe('being told', () => {
  test('the bell rings on every device while an order waits, and stops on all when one of them accepts it', async () => {
    const pages = [await session.screen(), await session.screen(), await session.screen()];
    const ringing = async () => (await Promise.all(pages.map(isRinging))).join();
    for (const page of pages) await page.getByTestId('allow-sound').click();
    await pages[2]?.getByTestId('mute').click();
    await eventually(ringing, 'false,false,false');
    session.server().place();
    session.server().place();
    await eventually(ringing, 'true,true,false');
    act(shop(), 'accept', 1);
    await pages[0]?.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
    expect(await ringing()).toBe('true,true,false');
    act(shop(), 'accept', 2);
    await eventually(ringing, 'false,false,false');
  });

  test('busy goes up by quarters of an hour and back at a tap, and is in the time that is offered', async () => {
    session.server().place();
    const page = await live(await session.screen());
    await page.getByTestId('busy').click();
    await page.getByTestId('busy').click();
    await eventually(async () => shop().settings.busyMinutes, 30);
    await page.getByTestId('accept').getByText('45').waitFor();
    await page.getByTestId('busy').click();
    await eventually(async () => shop().settings.busyMinutes, 0);
    await page.getByTestId('accept').getByText('15').waitFor();
  });

  test('a second tap on busy goes on from the first, even before the settings of the first have come', async () => {
    const page = await live(await session.screen());
    session.server().losePushes(1);
    await page.getByTestId('busy').evaluate(async (button: HTMLElement) => {
      const shows = async (minutes: string) => {
        while (button.dataset.minutes !== minutes) await new Promise(resolve => setTimeout(resolve));
      };
      button.click();
      await shows('15');
      await shows('0'); // the result is here
      button.click();
    });
    await eventually(async () => shop().settings.busyMinutes, 30);
  });

  test('notices and the mark of a reminder survive a reload, until they were seen', async () => {
    session.server().place();
    session.server().place({}, 1);
    const page = await live(await session.screen());
    const [first, second] = shop().openOrders();
    shop().command('r', { op: 'remind', order: first?.id ?? '' });
    shop().command('c', { op: 'cancel', order: second?.id ?? '', version: 1, reason: 'customer_request' });
    await page.getByTestId('notice-cancelled').waitFor();
    await page.reload();
    await page.getByTestId('notice-cancelled').waitFor();
    await page.getByTestId('ticket-1').getByTestId('reminded').waitFor();
    await page.getByTestId('notice-reminded').getByTestId('notice-seen').click();
    await eventually(() => page.getByTestId('notice-reminded').count(), 0);
    await page.reload();
    await page.getByTestId('notice-cancelled').waitFor();
    await page.getByTestId('ticket-1').getByTestId('reminded').waitFor();
    expect(await page.getByTestId('notice-reminded').count()).toBe(0);
  });

  test('the browser is asked for notifications at a tap and never before; they come while the page is out of sight', async () => {
    const page = await session.screen();
    await page.context().addInitScript(() => {
      const seen = window as unknown as { asked: number; shown: string[] };
      seen.asked = 0;
      seen.shown = [];
      class Fake {
        static permission = 'default';
        static async requestPermission(): Promise<string> {
          seen.asked += 1;
          Fake.permission = 'granted';
          return 'granted';
        }
        constructor(title: string) {
          seen.shown.push(title);
        }
      }
      Object.assign(window, { Notification: Fake });
      ServiceWorkerRegistration.prototype.showNotification = async title => {
        seen.shown.push(title);
      };
    });
    await page.reload();
    await live(page);
    const seen = () =>
      page.evaluate(() => {
        const { asked, shown } = window as unknown as { asked: number; shown: string[] };
        return `${asked} ${shown.join()}`;
      });
    session.server().place();
    await page.getByTestId('ticket-1').waitFor();
    expect(await seen()).toBe('0 ');
    await page.getByTestId('settings').click();
    await page.getByTestId('notify').click();
    await eventually(() => page.getByTestId('notify').getAttribute('aria-checked'), 'true');
    session.server().place();
    await page.getByTestId('ticket-2').waitFor();
    expect(await seen()).toBe('1 ');
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    });
    session.server().place();
    await eventually(seen, '1 3 waiting to be accepted');
  });

  test('the screen is kept on while the page is in view, again after it was out of sight', async () => {
    const page = await session.screen();
    await page.context().addInitScript(() => {
      const seen = window as unknown as { held: number };
      seen.held = 0;
      WakeLock.prototype.request = async () => {
        seen.held += 1;
        throw new Error('the battery is low');
      };
    });
    await page.reload();
    await live(page);
    const held = () => page.evaluate(() => (window as unknown as { held: number }).held);
    expect(await held()).toBe(1);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    expect(await held()).toBe(2);
  });

  test('an order that nobody accepted is told as expired, and leaves the board', async () => {
    session.server().place();
    const page = await live(await session.screen());
    await page.getByTestId('ticket-1').waitFor();
    const [order] = shop().openOrders();
    if (order !== undefined) shop().expire(order);
    await page.getByTestId('notice-expired').waitFor();
    await eventually(() => page.getByTestId('column-placed').locator('article').count(), 0);
  });
});

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { eventually, expectAccessible, looks, pageSession, phone, tablet } from './page-session.ts';

// What a shop does besides leading orders: print, look at its day, keep its menu, and be told.

const session = pageSession();
const shop = () => session.server().shop();

async function live(page: Page): Promise<Page> {
  await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
  return page;
}

/** What another device, or a customer, does. */
function act(op: 'accept' | 'cancel', number: number): void {
  const order = [...shop().orders.values()].find(one => one.number === number);
  shop().command(`${op} ${number}`, { op, order: order?.id ?? '', version: order?.version ?? 0 });
}

const accept = (number: number) => act('accept', number);

const isRinging = (page: Page) => page.getByTestId('mute').getAttribute('data-ringing');

/** Notes what goes to the printer, and ends its dialog after a moment. Over reloads too. */
async function watchPrinter(page: Page): Promise<() => Promise<string[]>> {
  const papers: string[] = [];
  await page.context().exposeFunction('notePaper', (text: string) => papers.push(text));
  await page.context().addInitScript(() => {
    window.print = () => {
      const text = document.getElementById('sheet')?.innerText ?? '';
      (window as unknown as { notePaper(text: string): void }).notePaper(text);
      setTimeout(() => dispatchEvent(new Event('afterprint')), 30);
    };
  });
  await page.reload();
  await live(page);
  return async () => papers.map(text => /#\d+/.exec(text)?.[0] ?? '');
}

describe('tickets on paper', () => {
  test('one is printed at a tap, as often as somebody taps, on paper 80 mm wide and as long as it is', async () => {
    shop().setDish('rice', { name: '<b>米饭</b>' });
    session.server().place({ note: '不要辣' });
    const page = await session.screen();
    const printed = await watchPrinter(page);
    await page.getByTestId('print').click();
    await page.getByTestId('print').click();
    await eventually(async () => (await printed()).join(), '#1,#1');
    const sheet = page.getByTestId('sheet');
    for (const text of ['不要辣', '<b>米饭</b>', '138 0000 0000', '¥26.00'])
      await sheet.getByText(text).waitFor({ state: 'attached' });
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => [
      width,
      height,
    ]);
    expect(boxes).toHaveLength(1);
    const [width, height] = boxes[0]?.map(points => (Number(points) * 25.4) / 72) ?? [];
    expect(width).toBeCloseTo(80, 0);
    expect(height).toBeGreaterThan(80);
    expect(height).toBeLessThan(200);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByTestId('column-placed').isVisible()).toBe(false);
    expect(await sheet.isVisible()).toBe(true);
  });

  test('of two devices that print by themselves one prints each accepted order, once, over reloads too', async () => {
    const pages = [await session.screen(), await session.screen()];
    const printers = await Promise.all(pages.map(watchPrinter));
    for (const page of pages) {
      await page.getByTestId('settings').click();
      await page.getByTestId('auto-print').click();
      await page.keyboard.press('Escape');
    }
    for (let count = 0; count < 4; count++) session.server().place();
    for (const number of [1, 2, 3]) accept(number);
    const all = async () => (await Promise.all(printers.map(printed => printed()))).flat().sort().join();
    await eventually(all, '#1,#2,#3');
    for (const page of pages) {
      await page.reload();
      await live(page);
    }
    accept(4);
    await eventually(all, '#1,#2,#3,#4');
  });

  test('a device that does not print by itself claims nothing', async () => {
    session.server().place();
    const page = await session.screen();
    const printed = await watchPrinter(page);
    accept(1);
    await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
    const [order] = shop().openOrders();
    expect(shop().command('claim', { op: 'claim_print', order: order?.id ?? '' }, 'another device')).toMatchObject({
      ok: true,
    });
    expect(await printed()).toEqual([]);
  });
});

describe('the day', () => {
  test('shows orders, takings, best dishes and hours, and the day before', async () => {
    for (let count = 0; count < 3; count++) session.server().place();
    accept(1);
    const page = await live(await session.screen());
    await page.getByTestId('summary').click();
    await eventually(() => page.getByTestId('figure-orders').textContent(), '3');
    expect(await page.getByTestId('figure-takings').textContent()).toBe('¥78.00');
    await page.getByTestId('summary-dialog').getByText('6×').waitFor();
    expect(await page.getByTestId('chart').locator('rect').count()).toBe(24);
    await page.getByTestId('day-before').click();
    await eventually(() => page.getByTestId('figure-orders').textContent(), '0');
    await page.getByTestId('day-after').click();
    await eventually(() => page.getByTestId('figure-orders').textContent(), '3');
    expect(await page.getByTestId('day-after').isDisabled()).toBe(true);
  });

  test('shows what is finished, also what ended before this screen was there, and prints it again', async () => {
    session.server().place();
    session.server().place();
    act('cancel', 1);
    const page = await session.screen();
    const printed = await watchPrinter(page);
    await page.getByTestId('done').click();
    await page.getByTestId('done-dialog').getByText('#1').waitFor();
    await page.getByTestId('done-dialog').getByTestId('print').click();
    await eventually(async () => (await printed()).join(), '#1');
  });

  test('comes as a table for spreadsheets, with every order and no formula', async () => {
    const customer = { name: '=cmd()', phone: '+86 138', address: '"Quotes", and\nlines' };
    session.server().place({ customer, note: '@evil' });
    for (let count = 0; count < 120; count++) session.server().place();
    const page = await live(await session.screen());
    await page.getByTestId('summary').click();
    const download = page.waitForEvent('download');
    await page.getByTestId('csv').click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^\d{4}-\d\d-\d\d\.csv$/);
    const text = readFileSync(await file.path(), 'utf8');
    expect(text.startsWith('\u{feff}Number,Status,')).toBe(true);
    expect(text.split('\r\n')).toHaveLength(1 + 121 + 1);
    expect(text).toContain(`"'=cmd()","'+86 138","""Quotes"", and\nlines","'@evil"\r\n`);
    expect(text).toContain(',26.00,CNY,');
  });
});

describe('the menu', () => {
  async function openMenu(options = {}): Promise<Page> {
    const page = await live(await session.screen(options));
    await page.getByTestId('dishes').click();
    await page.getByTestId('edit-menu').click();
    return page;
  }

  test('gets a new dish, whose price is kept to the cent; what is wrong is said beside the field', async () => {
    const page = await openMenu();
    await page.getByTestId('new-dish').click();
    await page.getByTestId('dish-price').fill('12.345');
    await page.getByTestId('dish-save').click();
    await page.getByTestId('dish-name-error').waitFor();
    expect(await page.getByTestId('dish-price-error').textContent()).toContain('12.50');
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'dish-name');
    await page.getByTestId('dish-name').fill('<i>凉皮</i>');
    await page.getByTestId('dish-form').getByText('主食 Staples').click();
    await page.getByTestId('dish-price').fill('１２．３');
    await page.getByTestId('dish-save').click();
    await eventually(() => page.getByTestId('dish-form').count(), 0);
    const dish = shop().settings.dishes?.find(({ name }) => name === '<i>凉皮</i>');
    expect(dish).toMatchObject({ priceCents: 1230, category: '主食 Staples', available: true });
    await page.getByTestId(`edit-${dish?.id}`).getByText('¥12.30').waitFor();
  });

  test('changes a dish, marks it as sold out, and removes it after a second tap', async () => {
    const page = await openMenu();
    await page.getByTestId('edit-rice').click();
    expect(await page.getByTestId('dish-price').inputValue()).toBe('2.00');
    await page.getByTestId('dish-price').fill('2.5');
    await page.getByTestId('dish-available').click();
    await page.getByTestId('dish-save').click();
    await eventually(async () => shop().settings.dishes?.find(({ id }) => id === 'rice')?.priceCents, 250);
    await page.getByTestId('edit-rice').getByText('Sold out').waitFor();
    await page.getByTestId('edit-rice').click();
    await page.getByTestId('dish-remove').click();
    expect(await page.getByTestId('dish-form').count()).toBe(1);
    await page.getByTestId('dish-remove').click();
    await eventually(() => page.getByTestId('edit-rice').count(), 0);
    expect(shop().settings.dishes?.some(({ id }) => id === 'rice')).toBe(false);
  });

  test('is put in order by key, dish by dish and category by category, and the focus goes along', async () => {
    const page = await openMenu();
    const order = async () =>
      shop()
        .settings.dishes?.map(({ id }) => id)
        .join(' ');
    await page.getByTestId('down-mapo').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await eventually(order, 'kungpao fish mapo egg rice noodles soup tea');
    await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'down-mapo');
    await page.getByTestId('up-category-主食 Staples').click();
    await eventually(order, 'rice noodles kungpao fish mapo egg soup tea');
    await page.getByTestId('rename-汤 Soups').click();
    await page.getByTestId('category-name').fill('例汤');
    await page.getByTestId('category-save').click();
    await eventually(async () => shop().settings.dishes?.find(({ id }) => id === 'soup')?.category, '例汤');
    await eventually(order, 'rice noodles kungpao fish mapo egg soup tea');
  });
});

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
    accept(1);
    await pages[0]?.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
    expect(await ringing()).toBe('true,true,false');
    accept(2);
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

test.each(looks)('every dialog passes axe in %s, %s', async (locale, colorScheme) => {
  session.server().place();
  session.server().place();
  accept(1);
  shop().setDish('fish', { available: false });
  const page = await live(await session.screen({ ...tablet, locale, colorScheme }));
  await page.getByTestId('summary').click();
  await page.getByTestId('figures').waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByTestId('settings').click();
  await page.getByTestId('sign-out').click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByTestId('done').click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByTestId('dishes').click();
  await page.getByTestId('edit-menu').click();
  await expectAccessible(page);
  await page.getByTestId('new-dish').click();
  await page.getByTestId('dish-save').click();
  await page.getByTestId('dish-name-error').waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByTestId('rename-汤 Soups').click();
  await expectAccessible(page);
  session.server().cutSockets(true);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.getByTestId('offline').waitFor();
  await expectAccessible(page);

  session.server().openDoor();
  const small = await live(await session.screen({ ...phone, locale, colorScheme }));
  await expectAccessible(small);
  await small.getByTestId('more').click();
  await expectAccessible(small);
});

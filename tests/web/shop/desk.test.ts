import { readFileSync } from 'node:fs';
import { eventually, expectAccessible, looks, pageSession, phone, tablet } from '../../support/browser/page-session.ts';
import { act, live, watchPrinter } from './hands.ts';

// What a shop does besides leading orders: print, look at its day. Its menu and what it is told have files of their own.

const session = pageSession();
const shop = () => session.server().shop();

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

  test('what is printed adds up: packaging, the fee and what is taken off stand above the total', async () => {
    shop().setDish('rice', { priceCents: 6_400, packagingCents: 100 });
    shop().setDish('tea', { priceCents: 1_700 });
    const delivery = { minimumCents: 0, feeCents: 300, freeFromCents: null, areas: [] };
    shop().changeSettings({ delivery, discounts: [{ fromCents: 5_000, offCents: 700 }] });
    const items = ['rice', 'tea'].map(dish => ({ dish, quantity: 1 }));
    session.server().place({ items });
    session.server().place({ items: [{ dish: 'tea', quantity: 1 }], fulfilment: { type: 'pickup' } });
    const page = await session.screen();
    const printed = await watchPrinter(page);
    await page.getByTestId('print').first().click();
    await eventually(async () => (await printed()).join(), '#1');
    const sheet = page.getByTestId('sheet');
    const sums = () => sheet.getByTestId('sheet-sum').allTextContents();
    expect(await sums()).toEqual(['Dishes¥81.00', 'Packaging¥1.00', 'Delivery¥3.00', 'Discount-¥7.00']);
    expect(await sheet.locator('.sheet-total').textContent()).toBe('Total¥78.00');
    await page.getByTestId('print').nth(1).click();
    await eventually(async () => (await printed()).join(), '#1,#2');
    expect(await sums()).toEqual([]);
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
    for (const number of [1, 2, 3]) act(shop(), 'accept', number);
    const all = async () => (await Promise.all(printers.map(printed => printed()))).flat().sort().join();
    await eventually(all, '#1,#2,#3');
    for (const page of pages) {
      await page.reload();
      await live(page);
    }
    act(shop(), 'accept', 4);
    await eventually(all, '#1,#2,#3,#4');
  });

  test('a device that does not print by itself claims nothing', async () => {
    session.server().place();
    const page = await session.screen();
    const printed = await watchPrinter(page);
    act(shop(), 'accept', 1);
    await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
    const [order] = shop().openOrders();
    expect(shop().command('claim', { op: 'claim_print', order: order?.id ?? '' }, 'another device')).toMatchObject({
      ok: true,
    });
    expect(await printed()).toEqual([]);
  });
});

describe('the day', () => {
  test('9.15: tells what was accepted from what is completed, and takes nothing for what nobody accepted', async () => {
    for (let count = 0; count < 4; count++) session.server().place();
    for (const number of [1, 2]) act(shop(), 'accept', number);
    const [done] = shop().openOrders();
    shop().command('done', { op: 'complete', order: done?.id ?? '', version: 2 });
    const page = await live(await session.screen());
    await page.getByTestId('summary').click();
    await eventually(() => page.getByTestId('figure-orders').textContent(), '4');
    expect(await page.getByTestId('figure-accepted').textContent()).toBe('¥26.00');
    expect(await page.getByTestId('figure-completed').textContent()).toBe('¥26.00');
  });

  test('shows orders, takings, best dishes and hours, and the day before', async () => {
    for (let count = 0; count < 3; count++) session.server().place();
    act(shop(), 'accept', 1);
    const page = await live(await session.screen());
    await page.getByTestId('summary').click();
    await eventually(() => page.getByTestId('figure-orders').textContent(), '3');
    expect(await page.getByTestId('figure-accepted').textContent()).toBe('¥26.00'); // nobody has accepted the others
    expect(await page.getByTestId('figure-completed').textContent()).toBe('¥0.00');
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
    act(shop(), 'cancel', 1);
    const page = await session.screen();
    const printed = await watchPrinter(page);
    await page.getByTestId('done').click();
    await page.getByTestId('done-dialog').getByText('#1').waitFor();
    await page.getByTestId('done-dialog').getByTestId('print').click();
    await eventually(async () => (await printed()).join(), '#1');
  });

  test('9.15: a finished order can be opened again to read', async () => {
    session.server().place({ note: '门口电话' });
    act(shop(), 'cancel', 1);
    const page = await live(await session.screen());
    await page.getByTestId('done').click();
    const ended = page.getByTestId('ended-1');
    expect(await ended.getByTestId('ended-details').isVisible()).toBe(false);
    await ended.locator('summary').click();
    for (const text of [
      '麻婆豆腐 Mapo tofu',
      '¥22.00',
      '门口电话',
      '138 0000 0000',
      '中山路 1 号 2 单元 301',
      'Placed',
    ])
      await ended.getByTestId('ended-details').getByText(text).waitFor();
    await expectAccessible(page);
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

test.each(looks)('every dialog passes axe in %s, %s', async (locale, colorScheme) => {
  session.server().place();
  session.server().place();
  act(shop(), 'accept', 1);
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

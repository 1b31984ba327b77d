import { eventually, expectAccessible, looks, pageSession, phone } from '../../support/browser/page-session.ts';
import { fillDetails } from './hands.ts';

// Pickup beside delivery, areas, minimum, fee, discounts and orders for later: what is charged, line by line.

const session = pageSession();

const delivery = {
  minimumCents: 3000,
  feeCents: 500,
  freeFromCents: 10_000,
  areas: [
    { id: 'east', name: '东校区 East campus' },
    { id: 'west', name: '西校区 West campus', feeCents: 800, minimumCents: 5000 },
  ],
};

beforeEach(() => {
  const shop = session.server().shop();
  shop.setDish('mapo', { packagingCents: 100 });
  shop.changeSettings({
    pickup: true,
    delivery,
    discounts: [{ fromCents: 4000, offCents: 600 }],
    about: { phone: '021 5555 0100', address: '中山路 1 号', note: '招牌麻婆豆腐 Known for its tofu' },
    hours: {
      week: Array.from({ length: 7 }, () => [
        { from: '11:00', to: '14:00' },
        { from: '17:00', to: '02:00' },
      ]),
      exceptions: [],
    },
  });
});

test.each(looks)('a delivery is charged line by line, and says what it lacks (%s, %s)', async (locale, colorScheme) => {
  const page = await session.customer('#shop=shop1', { locale, colorScheme });
  await page.getByTestId('more-mapo').click();
  await page.getByTestId('missing-cents').waitFor();
  await page.getByTestId('to-checkout').click();
  await fillDetails(page);
  expect(await page.getByTestId('place').getAttribute('aria-disabled')).toBe('true');
  await page.getByTestId('back').click();
  await page.getByTestId('more-mapo').click();
  await page.getByTestId('to-checkout').click();
  await page
    .getByTestId('place')
    .getByText(locale === 'zh-CN' ? '¥45.00 起' : 'from ¥45.00')
    .waitFor();
  await page.getByTestId('place').click();
  await page.getByTestId('area-error').waitFor();
  // What is to be chosen, and what is wrong with it, stands above the bar.
  const bottomOf = async (testid: string) => {
    const box = await page.getByTestId(testid).boundingBox();
    return (box?.y ?? 0) + (box?.height ?? 0);
  };
  const bar = await page.locator('.dock-body').boundingBox();
  await eventually(async () => (await bottomOf('area-error')) <= (bar?.y ?? 0), true);
  await page.getByTestId('area').selectOption('east');
  await page.getByTestId('place').getByText('¥45.00').waitFor(); // 44 + 2 packaging + 5 delivery - 6
  await expectAccessible(page);
  await page.getByTestId('place').click();
  await page.getByTestId('status').waitFor();
  const [order] = session.server().shop().openOrders();
  expect(order?.fulfilment).toEqual({ type: 'delivery', area: 'east', areaName: '东校区 East campus' });
  expect(order?.amounts?.totalCents).toBe(4500);
});

test.each([
  ['zh-CN', '打包费 ¥1.00', '每份另收打包费 ¥1.00'],
  ['en', '+ ¥1.00 packaging', 'Plus ¥1.00 for packaging'],
])('packaging is said at the dish and in its sheet, and is in the sum of the menu already (%s)', async (locale, atDish, inSheet) => {
  const choice = { id: 'hot', name: '辣 Hot', priceCents: 0, available: true, max: 1 };
  const options = [{ id: 'heat', name: '辣度 Heat', min: 0, max: 1, choices: [choice] }];
  const shop = session.server().shop();
  shop.setDish('egg', { packagingCents: 100, options });
  shop.changeSettings({ delivery: { ...delivery, minimumCents: 0, feeCents: 0, areas: [] } });
  const page = await session.customer('#shop=shop1', { locale });
  await page.getByTestId('packaging-mapo').getByText(atDish).waitFor();
  expect(await page.getByTestId('packaging-rice').count()).toBe(0);
  await page.getByTestId('more-egg').click();
  await page.getByTestId('sheet-packaging').getByText(inSheet).waitFor();
  await page.getByTestId('close').click();
  await page.getByTestId('more-mapo').click();
  const price =
    session
      .server()
      .shop()
      .settings.dishes?.find(({ id }) => id === 'mapo')?.priceCents ?? 0;
  const total = `¥${((price + 100) / 100).toFixed(2)}`;
  await page.getByTestId('to-checkout').getByText(total).waitFor();
  await page.getByTestId('to-checkout').click();
  await page.getByTestId('place').getByText(total).waitFor();
});

test.each([
  ['zh-CN', ['最低 ¥30.00 起送', '配送费 ¥5.00 起'], '仅自取'],
  ['en', ['minimum from ¥30.00', 'delivery from ¥5.00'], 'Pickup only'],
])('the list of shops says what a delivery costs at the least, and who only hands over in the shop (%s)', async (locale, words, pickupOnly) => {
  const page = await session.customer('', { locale });
  const selling = page.getByTestId('shop-shop1').getByTestId('selling');
  for (const word of words) await selling.getByText(word).waitFor();
  expect(await page.getByTestId('shop-shop2').getByTestId('selling').count()).toBe(0);
  await expectAccessible(page);
  session.server().shop().changeSettings({ delivery: null });
  await page.reload();
  await eventually(() => selling.textContent(), pickupOnly);
});

test('an order that is fetched has no address, no fee and no minimum', async () => {
  const page = await session.customer();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await fillDetails(page);
  await page.getByTestId('way-pickup').click();
  expect(await page.getByTestId('address').count()).toBe(0);
  await page.getByTestId('place').getByText('¥2.00').waitFor();
  await page.getByTestId('place').click();
  await page.getByTestId('status').waitFor();
  const [order] = session.server().shop().openOrders();
  expect([order?.fulfilment, order?.customer.address]).toEqual([{ type: 'pickup' }, '']);
  // Another order at this shop begins with what was chosen last.
  await page.goto(`${session.server().url}/order.html#shop=shop1`);
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await eventually(() => page.getByTestId('address').count(), 0);
});

test('a shop that is closed takes orders for later, for a time that has room', async () => {
  session
    .server()
    .shop()
    .changeSettings({
      open: false,
      isSwitchedOn: true,
      opensAt: new Date(Date.now() + 3_600_000).toISOString(),
      later: { leadMinutes: 30, daysAhead: 2, slotMinutes: 30, perSlot: 2 },
    });
  const page = await session.customer('#shop=shop1', { ...phone });
  await page.getByTestId('shop-notice').waitFor();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await fillDetails(page);
  await page.getByTestId('way-pickup').click();
  expect(await page.getByTestId('when-now').locator('input').isDisabled()).toBe(true);
  await page.getByTestId('place').click();
  await page.getByTestId('slot-error').waitFor();
  await page.getByTestId('day').selectOption({ index: 1 });
  const times = page.getByTestId('slot').locator('option');
  await eventually(() => times.count(), 4);
  expect(await times.nth(1).isDisabled()).toBe(true);
  await page.getByTestId('slot').selectOption({ index: 2 });
  await page.getByTestId('place').click();
  await page.getByTestId('status').waitFor();
  const [order] = session.server().shop().openOrders();
  expect(order?.wantedAt).toMatch(/T03:30:00/);
  // Nobody answers before, and nobody has to wait with the page open.
  await page.getByText('The shop opens at').waitFor();
  await page.getByText('You may close this page').waitFor();
});

test('who wants it later and chooses no time orders nothing, and a chosen time is still shown after a look at the menu', async () => {
  session
    .server()
    .shop()
    .changeSettings({ later: { leadMinutes: 30, daysAhead: 2, slotMinutes: 30, perSlot: 2 } });
  const page = await session.customer();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await fillDetails(page);
  await page.getByTestId('way-pickup').click();
  await page.getByTestId('when-later').click();
  await page.getByTestId('place').click();
  await page.getByTestId('slot-error').waitFor();
  expect(session.server().shop().orders.size).toBe(0);
  await page.getByTestId('day').selectOption({ index: 2 });
  await eventually(() => page.getByTestId('slot').locator('option').count(), 4);
  await page.getByTestId('slot').selectOption({ index: 3 });
  const shown = () =>
    page.getByTestId('slot').evaluate(one => (one as HTMLSelectElement).selectedOptions[0]?.innerText ?? '');
  const [day, time] = [await page.getByTestId('day').inputValue(), await shown()];
  await page.getByTestId('back').click();
  await page.getByTestId('to-checkout').click();
  await eventually(shown, time);
  expect(await page.getByTestId('day').inputValue()).toBe(day);
  // A shop that takes no orders for later any more is sent no time, once the customer has agreed to that.
  session.server().shop().changeSettings({ later: null });
  await eventually(() => page.getByTestId('when-later').count(), 0);
  await page.getByTestId('place').click();
  await page.getByTestId('changes-dialog').getByText('for now').waitFor();
  expect(session.server().shop().orders.size).toBe(0);
  await page.getByTestId('order-anyway').click();
  await page.getByTestId('status').waitFor();
  expect(session.server().shop().openOrders()[0]?.wantedAt).toBeNull();
});

test('what the shop changes in its terms is asked about before anything is ordered', async () => {
  const shop = session.server().shop();
  const everywhere = { ...delivery, minimumCents: 0, areas: [] };
  shop.changeSettings({ delivery: everywhere });
  const page = await session.customer();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await fillDetails(page);
  await page.getByTestId('place').getByText('¥7.00').waitFor();
  shop.changeSettings({ delivery: { ...everywhere, feeCents: 5000 } });
  await page.getByTestId('changes').getByText('¥5.00 → ¥50.00').waitFor();
  await page.getByTestId('place').click();
  const dialog = page.getByTestId('changes-dialog');
  await dialog.getByTestId('order-anyway').getByText('¥52.00').waitFor();
  await dialog.getByTestId('look-again').click();
  shop.changeSettings({ delivery: null });
  await page.getByTestId('changes').getByText('would be a pickup').waitFor();
  await page.getByTestId('place').click();
  await dialog.getByText('would be a pickup').waitFor();
  await expectAccessible(page);
  expect(shop.orders.size).toBe(0);
  await dialog.getByTestId('order-anyway').click();
  await page.getByTestId('status').waitFor();
  expect(shop.openOrders()[0]?.fulfilment).toEqual({ type: 'pickup' });
});

test('an error about a time is gone with the orders for later', async () => {
  const shop = session.server().shop();
  shop.changeSettings({ later: { leadMinutes: 30, daysAhead: 2, slotMinutes: 30, perSlot: 2 } });
  const page = await session.customer();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await fillDetails(page);
  await page.getByTestId('way-pickup').click();
  await page.getByTestId('when-later').click();
  await page.getByTestId('day').selectOption({ index: 1 });
  await eventually(() => page.getByTestId('slot').locator('option').count(), 4);
  await page.getByTestId('slot').selectOption({ index: 2 });
  const error = { code: 'slot_full', message: '', fields: [{ path: 'wantedAt', message: '' }] };
  await page.route('**/bill', route => route.fulfill({ status: 409, json: { error } }));
  await page.getByTestId('place').click();
  await page.getByTestId('problem').getByText('has just been taken').waitFor();
  shop.changeSettings({ later: null });
  await page.getByTestId('changes').getByText('for now').waitFor();
  await eventually(() => page.getByTestId('problem').count(), 0);
});

test.each([
  ['below_minimum', 'Below the minimum'],
  ['area_not_served', 'does not deliver to this area'],
  ['fulfilment_unavailable', 'does not offer this way to get an order'],
  ['slot_full', 'has just been taken'],
])('%s of the server ends the try, and is said', async (code, words) => {
  const page = await session.customer();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await fillDetails(page);
  await page.getByTestId('way-pickup').click();
  await page.route('**/bill', route => route.fulfill({ status: 409, json: { error: { code, message: '' } } }));
  await page.getByTestId('place').click();
  await page.getByTestId('problem').getByText(words).waitFor();
});

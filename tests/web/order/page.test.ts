import type { Shop } from '../../../functions/domain/frames.ts';
import {
  eventually,
  evilText,
  expectAccessible,
  expectLight,
  pageSession,
  phone,
} from '../../support/browser/page-session.ts';
import { fillCart, fillDetails, shownStatus } from './hands.ts';

const session = pageSession();

const shopClock = (time: string) =>
  new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Asia/Shanghai' }).format(Date.parse(time));

describe('the customer’s page', () => {
  test('shows a thousand shops at first, says that there are more, and goes on with one tap', async () => {
    let asked = 0;
    const page = await session.open('/shop.html', phone);
    await page.context().route('**/get_shop_info*', async route => {
      asked += 1;
      const after = Number(new URL(route.request().url()).searchParams.get('after') ?? 0);
      const { shops } = (await (await route.fetch()).json()) as { shops: Shop[] };
      // A hundred on each of 22 pages would be as many as the wire allows; one on each shows the same.
      const page = { shops: [{ ...shops[0], id: `shop-${after}`, name: `Shop ${after}` }] };
      await route.fulfill({ json: after === 21 ? page : { ...page, next: String(after + 1) } });
    });
    await page.goto(`${session.server().url}/order.html`);
    await page.getByText('These are the first 10 shops').waitFor();
    expect(asked).toBe(10);
    await expectAccessible(page);
    await page.getByTestId('more-shops').click();
    await page.getByText('These are the first 20 shops').waitFor();
    await page.getByTestId('more-shops').click();
    await page.getByTestId('shop-shop-21').waitFor();
    expect(await page.getByTestId('more-shops').count()).toBe(0);
    expect(await page.getByTestId('shops').getByRole('listitem').count()).toBe(22);
  });

  test('orders with one tap, and with two as well; the link works after a reload and on another device', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').dblclick();
    await page.getByTestId('status').waitFor();
    expect(session.server().shop().orders.size).toBe(1);
    const [order] = session.server().shop().orders.values();
    expect(order).toMatchObject({ totalCents: 2600, customer: { name: '王小明', phone: '138 0000 0000' } });
    expect(await page.getByTestId('total').textContent()).toBe('¥26.00');
    const by = shopClock(order?.acceptBy ?? '');
    await page.getByTestId('accept-by').getByText(`If it is not accepted by ${by}, it ends by itself.`).waitFor();

    session
      .server()
      .shop()
      .command('c1', { op: 'accept', order: order?.id ?? '', version: 1, prepMinutes: 20 });
    await eventually(() => shownStatus(page), 'accepted');
    expect(await page.getByTestId('accept-by').count()).toBe(0);
    await page.reload();
    await eventually(() => shownStatus(page), 'accepted');
    const other = await session.open(new URL(page.url()).pathname + new URL(page.url()).hash, phone);
    await eventually(() => shownStatus(other), 'accepted');
    await other.getByTestId('ready-at').waitFor();
    await page.goto(`${session.server().url}/order.html`);
    await page.getByTestId('my-orders').getByText('Being prepared').waitFor();
  });

  test('says that it does not know when the answer is lost, goes on after a reload, and makes one order', async () => {
    session.server().billFaults.push('lose-answer', ...Array.from({ length: 50 }, () => 503 as const));
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('placing-unknown').waitFor();
    await page.reload();
    await page.getByTestId('placing-unknown').waitFor();
    session.server().billFaults.length = 0;
    await page.getByTestId('status').waitFor();
    expect(session.server().shop().orders.size).toBe(1);
    expect(new Set(session.server().posts.map(({ key, body }) => key + body)).size).toBe(1);
    await page.goto(`${session.server().url}/order.html#shop=shop1`);
    await page.getByTestId('dish-mapo').waitFor();
    expect(await page.getByTestId('to-checkout').count()).toBe(0);
  });

  test('tells wherever one is that an order taken up again was refused', async () => {
    session.server().billFaults.push(...Array.from({ length: 50 }, () => 503 as const));
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('placing-unknown').waitFor();
    await page.goto('about:blank');
    session.server().shop().changeSettings({ open: false });
    session.server().billFaults.length = 0;
    await page.goto(`${session.server().url}/order.html`);
    await page.getByTestId('problem').getByText('closed').waitFor();
  });

  test('orders from the list of shops on with at most eight taps', async () => {
    const page = await session.customer('');
    let taps = 0;
    const tap = async (testid: string) => {
      await page.getByTestId(testid).tap();
      taps += 1;
    };
    for (const testid of ['shop-shop1', 'more-mapo', 'to-checkout']) await tap(testid);
    for (const field of ['name', 'phone', 'address']) {
      await tap(field);
      await page.keyboard.type(field === 'phone' ? '13800000000' : 'Xiao Ming');
    }
    await tap('place');
    await page.getByTestId('status').waitFor();
    expect(taps).toBeLessThanOrEqual(8);
  });

  test('orders with the keyboard alone', async () => {
    const page = await session.customer('');
    const goTo = async (testid: string) => {
      for (let count = 0; count < 60; count++) {
        await page.keyboard.press('Tab');
        if ((await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))) === testid) return;
      }
      throw new Error(`the keyboard does not lead to ${testid}`);
    };
    await page.getByTestId('shop-shop1').waitFor();
    for (const testid of ['shop-shop1', 'more-rice', 'to-checkout']) {
      await goTo(testid);
      await page.keyboard.press('Enter');
    }
    for (const field of ['name', 'phone', 'address']) {
      await goTo(field);
      await page.keyboard.type('138');
    }
    await goTo('place');
    await page.keyboard.press('Enter');
    await eventually(() => shownStatus(page), 'placed');
  });

  test('orders the same dish twice with different notes, and makes one line of what is the same', async () => {
    const page = await session.customer();
    await page.getByTestId('more-mapo').click();
    await page.getByTestId('to-checkout').click();
    const lines = page.getByTestId('line-mapo');
    const addNote = async (line: number, note: string) => {
      await lines.nth(line).getByTestId('add-note').click();
      await lines.nth(line).locator('textarea').fill(note);
    };
    await addNote(0, '少辣');
    await lines.nth(0).getByTestId('another').click();
    await addNote(1, '多葱');
    await lines.nth(1).getByTestId('another').click();
    await addNote(2, '少辣');
    await page.getByTestId('back').click();
    await page.getByTestId('to-checkout').click();
    await page.reload();
    await eventually(() => lines.count(), 2);
    await fillDetails(page);
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    const [order] = session.server().shop().orders.values();
    expect(order?.items.map(({ quantity, note }) => [quantity, note])).toEqual([
      [2, '少辣'],
      [1, '多葱'],
    ]);
  });

  test('shows what is wrong beside the field, in the language of the page, and goes there', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('phone').fill('call me');
    await page.getByTestId('place').click();
    expect(await page.getByTestId('phone-error').textContent()).toContain('phone number');
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'phone');
    await page.getByTestId('language').click();
    expect(await page.getByTestId('phone-error').textContent()).toContain('电话');
    expect(session.server().posts).toEqual([]);
  });

  test('keeps cart, language and details over a reload, and shows sold-out dishes that cannot be ordered', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('language').click();
    await page.goto(`${session.server().url}/order.html#shop=shop1`);
    await page.reload();
    expect(await page.getByTestId('quantity-rice').textContent()).toBe('2');
    expect(await page.getByTestId('dish-fish').textContent()).toContain('售罄');
    expect(await page.getByTestId('more-fish').count()).toBe(0);
    await page.getByTestId('search').fill('豆腐');
    await eventually(() => page.locator('[data-testid^="dish-"]').count(), 1);
    await page.getByTestId('to-checkout').click();
    expect(await page.getByTestId('name').inputValue()).toBe('王小明');
  });

  test('cancels while the shop has not acted, and reminds it', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('remind').click();
    await page.getByTestId('toasts').getByText('reminded').waitFor();
    await page.getByTestId('cancel').click();
    await page.getByTestId('cancel-yes').click();
    await eventually(() => shownStatus(page), 'cancelled');
    expect([...session.server().shop().orders.values()][0]?.status).toBe('cancelled');
  });

  test('says that a link opens nothing, and that a shop does not exist', async () => {
    const page = await session.customer('#order=none&token=none&shop=shop1');
    await page.getByTestId('not-yours').waitFor();
    const other = await session.customer('#shop=nowhere');
    await other.getByText('no such shop').waitFor();
  });

  test('shows what somebody typed as text, whatever it looks like', async () => {
    session
      .server()
      .shop()
      .changeSettings({
        name: evilText,
        dishes: [{ id: 'x', name: evilText, category: evilText, priceCents: 1, available: true }],
      });
    const page = await session.customer();
    await page.getByTestId('dish-x').getByText(evilText).waitFor();
    expect(await page.locator('img, b').count()).toBe(0);
  });

  test('orders again what is still on the menu, at the prices of today, and says what is not', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    // One change: of two, the page may be told of the first alone when it fills the cart, and then rightly asks again.
    const { settings, changeSettings } = session.server().shop();
    const dishes = settings.dishes?.map(dish => {
      if (dish.id === 'mapo') return { ...dish, priceCents: 2500 };
      return dish.id === 'rice' ? { ...dish, available: false } : dish;
    });
    changeSettings({ dishes: dishes ?? [] });
    await page.getByTestId('back').click();
    await page.getByTestId('again-1').click();
    await page.getByTestId('missing').getByText('米饭 Rice').waitFor();
    await page.getByTestId('place').getByText('¥25.00').waitFor();
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    expect([...session.server().shop().orders.values()].map(({ totalCents }) => totalCents)).toEqual([2600, 2500]);
  });

  test('hands on the link of an order: by the device, else by copying, else to be copied by hand', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    const shared: unknown[] = [];
    await page.exposeFunction('noteShared', (data: unknown) => void shared.push(data));
    await page.evaluate(() => {
      const note = (globalThis as unknown as { noteShared(data: unknown): void }).noteShared;
      Object.assign(navigator, { share: async (data: unknown) => note(data) });
    });
    await page.getByTestId('share').click();
    await eventually(async () => shared.length, 1);
    const { url } = shared[0] as { url: string };
    expect(new URLSearchParams(new URL(url).hash.slice(1)).get('token')).toMatch(/^share-/);
    await page.evaluate(() => {
      Object.assign(navigator, { share: undefined });
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
    });
    await page.getByTestId('share').click();
    expect(await page.getByTestId('share-dialog').locator('textarea').inputValue()).toBe(url);
  });

  test('by a link that was shared, shows how the order gets on, without its customer and without buttons', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('cancel').waitFor();
    await page.getByTestId('customer').waitFor();
    const link = page.url().replace('token=', 'token=share-');
    const other = await session.open(new URL(link).pathname + new URL(link).hash, phone);
    await eventually(() => shownStatus(other), 'placed');
    for (const testid of ['cancel', 'remind', 'customer']) expect(await other.getByTestId(testid).count()).toBe(0);
    await expectAccessible(other);
    const [order] = session.server().shop().orders.values();
    session
      .server()
      .shop()
      .command('c1', { op: 'accept', order: order?.id ?? '', version: 1, prepMinutes: 20 });
    await eventually(() => shownStatus(other), 'accepted');
    expect(await other.getByTestId('customer').count()).toBe(0);
    // The device that ordered can do as much by either link.
    await page.goto(link);
    await page.reload();
    await page.getByTestId('remind').waitFor();
    await page.getByTestId('customer').waitFor();
  });

  test('says that there is no such shop, also to whoever comes from the list of those there are', async () => {
    const page = await session.customer('');
    await page.getByTestId('shop-shop1').waitFor();
    await page.evaluate(() => {
      location.hash = '#shop=nowhere';
    });
    await page.getByText('There is no such shop').waitFor();
  });

  test('needs at most 60 kB, compressed, for page, script and style', () => expectLight(session.outdir(), 'order'));
});

test('what one tab puts into the cart, another does not lose', async () => {
  const page = await session.customer();
  await page.getByTestId('more-mapo').click();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByTestId('more-rice').click();
  await page.getByTestId('quantity-rice').getByText('1').waitFor();
  await page.getByTestId('more-tea').click();
  await other.getByTestId('to-checkout').getByText('(3)').waitFor();
  await fillCart(other);
  await other.getByTestId('place').click();
  await other.getByTestId('status').waitFor();
  await eventually(() => page.getByTestId('to-checkout').count(), 0);
  expect(session.server().shop().openOrders()[0]?.items).toHaveLength(3);
});

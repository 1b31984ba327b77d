import fc from 'fast-check';
import type { Page } from 'playwright-core';
import type { Order } from '../../../functions/domain/frames.ts';
import { dishesToCook, notesOnOrders } from '../../../web/shop/orders/cooking.ts';
import { columnStatuses, countLanes, shareLanes } from '../../../web/shop/orders/lanes.ts';
import { shorten } from '../../../web/shop/orders/shorten.ts';
import { eventually, expectAccessible, pageSession, phone, tablet } from '../../support/browser/page-session.ts';
import { act, live } from './hands.ts';

// Many orders at once: what a kitchen sees of them.

const session = pageSession();
const shop = () => session.server().shop();

describe('9.16: all dishes to cook now', () => {
  test('are counted over all orders, follow every change, and are a tap away', async () => {
    const items = [
      { dish: 'mapo', quantity: 2, note: '少辣' },
      { dish: 'rice', quantity: 3 },
    ];
    session.server().place({ items });
    session.server().place({ items, note: '全部不要香菜' });
    const page = await live(await session.screen());
    const line = (dish: string) => page.getByTestId(`cook-${dish}`).innerText();
    const words = async (dish: string) => (await line(dish)).split(/\s+/).join(' ');
    await page.getByTestId('cooking').click();
    await page.getByTestId('cooking-sum').getByText('0 in preparation, 10 in new orders').waitFor();
    expect(await words('mapo')).toBe('0× 麻婆豆腐 Mapo tofu +4 new 4× 少辣 #1 #2');
    expect(await page.getByTestId('cooking-notes').innerText()).toMatch(/Notes on whole orders\s+#2 全部不要香菜$/);
    act(shop(), 'accept', 1);
    await eventually(() => words('rice'), '3× 米饭 Rice +3 new');
    session.server().place({ items: [{ dish: 'tea', quantity: 1 }] });
    await eventually(() => words('tea'), '0× 酸梅汤 Plum tea +1 new');
    act(shop(), 'cancel', 1);
    act(shop(), 'cancel', 2);
    act(shop(), 'cancel', 3);
    await page.getByTestId('cooking-sum').getByText('Nothing to cook').waitFor();
    expect(await page.getByTestId('cook-mapo').count()).toBe(0);
    expect(await page.getByTestId('cooking-notes').count()).toBe(0);
  });

  test('are behind the menu of a phone, and read well', async () => {
    session.server().place();
    const page = await live(await session.screen(phone));
    await page.getByTestId('more').click();
    await page.getByTestId('more-cooking').click();
    await page.getByTestId('cook-mapo').waitFor();
    await expectAccessible(page);
  });

  test('stand in the menu’s order, the same note on the same dish together; what the menu lacks comes last', () => {
    const order = (number: number, status: Order['status'], ...items: [dish: string, note: string | null][]) =>
      ({
        number,
        status,
        items: items.map(([dish, note]) => ({ dish, name: dish, priceCents: 1, quantity: number, note })),
      }) as Order;
    const menu = ['rice', 'mapo'].map(id => ({ id, name: id, category: `${id}s`, priceCents: 1, available: true }));
    const orders = [
      order(3, 'accepted', ['mapo', 'hot'], ['mapo', null], ['gone', null]),
      order(2, 'placed', ['mapo', 'hot'], ['rice', null]),
      order(1, 'accepted', ['mapo', 'mild']),
      order(9, 'ready', ['rice', null]),
      order(8, 'completed', ['mapo', null]),
    ];
    expect(dishesToCook(orders, menu)).toEqual([
      { dish: 'rice', name: 'rice', category: 'rices', accepted: 0, placed: 2, variants: [], wishes: [] },
      {
        dish: 'mapo',
        name: 'mapo',
        category: 'mapos',
        accepted: 7,
        placed: 2,
        variants: [],
        wishes: [
          { note: 'mild', quantity: 1, orders: [1] },
          { note: 'hot', quantity: 5, orders: [2, 3] },
        ],
      },
      { dish: 'gone', name: 'gone', category: '', accepted: 3, placed: 0, variants: [], wishes: [] },
    ]);
  });

  test('say which choices are wanted how often, and for which orders', () => {
    const chosen = (...names: string[]) =>
      names.map(name => ({ option: 'o', choice: name, name, priceCents: 0, quantity: name === 'egg' ? 2 : 1 }));
    const order = (number: number, quantity: number, ...names: string[]) =>
      ({
        number,
        status: 'accepted',
        items: [{ dish: 'noodles', name: 'noodles', priceCents: 1, quantity, note: null, choices: chosen(...names) }],
      }) as unknown as Order;
    const [noodles] = dishesToCook(
      [order(1, 1, 'large', 'egg'), order(2, 3, 'small'), order(3, 2, 'large', 'egg')],
      [],
    );
    expect(noodles?.variants).toEqual([
      { note: 'large · egg ×2', quantity: 3, orders: [1, 3] },
      { note: 'small', quantity: 3, orders: [2] },
    ]);
  });

  test('come with the notes on whole orders, of those alone that are still to be cooked', () => {
    const statuses: Order['status'][] = [
      'ready',
      'accepted',
      'placed',
      'cancelled',
      'expired',
      'completed',
      'rejected',
    ];
    const orders = statuses.map((status, index) => ({ number: 9 - index, status, note: `note ${status}` }) as Order);
    const without = { number: 1, status: 'placed', note: null } as Order;
    expect(notesOnOrders([...orders, without])).toEqual([
      { number: 7, note: 'note placed' },
      { number: 8, note: 'note accepted' },
    ]);
  });
});

const desk = { viewport: { width: 1440, height: 900 } };

/** The numbers of the tickets whose buttons can all be tapped without scrolling. */
async function ticketsInView(page: Page): Promise<number[]> {
  const numbers = await page.evaluate(() => {
    const isHit = (button: Element) => {
      const { left, right, top, bottom } = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    };
    return [...document.querySelectorAll('article')]
      .filter(ticket => [...ticket.querySelectorAll('button')].every(isHit))
      .map(ticket => Number(ticket.getAttribute('data-testid')?.replace('ticket-', '')));
  });
  return numbers.sort((a, b) => a - b);
}

const placeMany = (count: number) => {
  for (let number = 0; number < count; number++) session.server().place({}, 3);
};

describe('9.16: in a rush tickets have the room that others do not need', () => {
  test('of 52 orders that wait a screen of 1440 px shows ten, the oldest first, and a tablet six', async () => {
    placeMany(52);
    const page = await live(await session.screen(desk));
    await eventually(() => page.getByTestId('column-placed').locator('article').count(), 52);
    expect(await ticketsInView(page)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const [first, second] = await Promise.all([1, 2].map(number => page.getByTestId(`ticket-${number}`).boundingBox()));
    expect(second?.y).toBe(first?.y);
    const small = await live(await session.screen(tablet));
    await eventually(() => small.getByTestId('column-placed').locator('article').count(), 52);
    expect(await ticketsInView(small)).toEqual([1, 2, 3, 4, 5, 6]);
    await expectAccessible(small);
  });

  test('a column that gets tickets gets lanes, but not while somebody is at the board', async () => {
    placeMany(30);
    const page = await live(await session.screen(desk));
    const accepted = page.getByTestId('column-accepted');
    const third = page.getByTestId('ticket-3');
    await third.waitFor();
    await eventually(async () => (await accepted.getAttribute('class'))?.includes('folded'), true);
    const before = await third.boundingBox();
    const blank = { x: 700, y: 84 };
    await page.mouse.move(blank.x, blank.y);
    await page.mouse.down();
    act(shop(), 'accept', 30);
    await eventually(() => accepted.locator('.count').textContent(), '1');
    expect(await third.boundingBox()).toEqual(before);
    expect(await accepted.getByTestId('ticket-30').isVisible()).toBe(false);
    await page.mouse.up();
    await accepted.getByTestId('ticket-30').waitFor();
    expect((await page.getByTestId('ticket-1').boundingBox())?.width).toBeCloseTo(before?.width ?? 0, 0);
  });

  const counts = fc.record({ placed: fc.nat(60), accepted: fc.nat(60), ready: fc.nat(60) });
  const total = (shares: Readonly<Record<string, number>>) => Object.values(shares).reduce((sum, one) => sum + one, 0);

  test('all lanes are given out, each column with tickets has one, and what was given stays for the same tickets', () => {
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 3, max: 12 }), (earlier, now, lanes) => {
        const none = { placed: 0, accepted: 0, ready: 0 };
        const before = shareLanes(earlier, lanes, none);
        const shares = shareLanes(now, lanes, before);
        expect(total(shares)).toBe(lanes);
        expect(shares.placed).toBeGreaterThan(0);
        for (const status of columnStatuses) if (now[status] > 0) expect(shares[status]).toBeGreaterThan(0);
        expect(shareLanes(now, lanes, shares)).toEqual(shares);
      }),
    );
  });

  test('without a rush each column has its usual lanes, whatever was before', () => {
    const rush = shareLanes({ placed: 52, accepted: 0, ready: 0 }, 5, { placed: 0, accepted: 0, ready: 0 });
    expect(rush).toEqual({ placed: 5, accepted: 0, ready: 0 });
    const usual = { placed: 2, accepted: 2, ready: 1 };
    expect(shareLanes({ placed: 5, accepted: 1, ready: 0 }, 5, rush)).toEqual(usual);
    expect(shareLanes({ placed: 2, accepted: 0, ready: 0 }, 5, rush)).toEqual(usual);
    expect(shareLanes({ placed: 5, accepted: 6, ready: 3 }, 5, usual)).toEqual(usual);
    // One at a time, where only one has room.
    expect(shareLanes({ placed: 52, accepted: 0, ready: 0 }, 2, rush)).toEqual({ placed: 2, accepted: 2, ready: 2 });
    expect([239, 240, 492, 493].map(width => countLanes(width, 240, 12))).toEqual([1, 1, 2, 2]);
  });
});

describe('9.16: a long note', () => {
  const note = `${'请不要放香菜和葱，少油少盐。'.repeat(6)}No peanuts!`;

  test('is folded to its beginning, unfolds by key and by tap, and stays so in the next column', async () => {
    session.server().place({ note, items: [{ dish: 'rice', quantity: 1, note: '少辣' }] });
    const page = await live(await session.screen());
    const fold = () => page.getByTestId('ticket-1').getByTestId('note-fold');
    expect(await fold().count()).toBe(1);
    expect(await fold().getAttribute('aria-expanded')).toBe('false');
    expect(await fold().innerText()).not.toContain('No peanuts!');
    const height = async () => (await page.getByTestId('ticket-1').boundingBox())?.height ?? 0;
    const folded = await height();
    await fold().focus();
    await page.keyboard.press('Enter');
    await fold().getByText('No peanuts!').waitFor();
    expect(await fold().getAttribute('aria-expanded')).toBe('true');
    expect(await height()).toBeGreaterThan(folded);
    await expectAccessible(page);
    await page.getByTestId('accept').click();
    await page.getByTestId('column-accepted').getByText('No peanuts!').waitFor();
    await fold().click();
    await eventually(() => fold().getAttribute('aria-expanded'), 'false');
  });

  test('is cut after a word, and never in the middle of a letter; a short one is not', () => {
    expect(shorten('No peanuts, please. '.repeat(4))).toBeUndefined();
    expect(shorten('No peanuts, please. '.repeat(9))).toBe(`${'No peanuts, please. '.repeat(3)}No`);
    expect(shorten('🌶'.repeat(60))).toBe('🌶'.repeat(32));
    expect(shorten('x'.repeat(200))).toBe('x'.repeat(64));
    fc.assert(
      fc.property(fc.string({ minLength: 97, maxLength: 300, unit: 'grapheme' }), text => {
        const beginning = shorten(text);
        expect(beginning === undefined || text.startsWith(beginning)).toBe(true);
      }),
    );
  });
});

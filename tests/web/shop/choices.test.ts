import { eventually, expectAccessible, pageSession } from '../../support/browser/page-session.ts';
import { live } from './hands.ts';

// What is chosen with a dish, as the shop sees it: on tickets, and sold out with a tap.

const session = pageSession();

const size = {
  id: 'size',
  name: '规格 Size',
  min: 1,
  max: 1,
  choices: [
    { id: 'small', name: '小份 Small', priceCents: 0, available: true, max: 1 },
    { id: 'large', name: '大份 Large', priceCents: 500, available: true, max: 1 },
  ],
};

beforeEach(() =>
  session
    .server()
    .shop()
    .setDish('noodles', { options: [size] }),
);

test('a choice is sold out with a tap, and the folded list says which', async () => {
  const page = await live(await session.screen());
  await page.getByTestId('dishes').click();
  const list = page.getByTestId('choices-of-noodles');
  await list.locator('summary').click();
  await list.getByTestId('choice-large').click();
  await eventually(() => list.locator('summary').innerText(), '2 choices · sold out: 大份 Large');
  await expectAccessible(page);
  const [option] =
    session
      .server()
      .shop()
      .settings.dishes?.find(({ id }) => id === 'noodles')?.options ?? [];
  expect(option?.choices.map(({ available }) => available)).toEqual([true, false]);
});

test('a ticket shows what was chosen below the dish, how it is handed over, and for when it is wanted', async () => {
  const page = await live(await session.screen());
  session.server().shop().changeSettings({ pickup: true });
  session
    .server()
    .shop()
    .place('key', {
      shop: 'shop1',
      items: [{ dish: 'noodles', quantity: 2, choices: [{ option: 'size', choice: 'large' }] }],
      customer: { name: '小明', phone: '138' },
      fulfilment: { type: 'pickup' },
      wantedAt: '2099-12-24T10:30:00.000Z',
    });
  await page.getByTestId('tab-later').click();
  const ticket = page.getByTestId('ticket-1');
  await ticket.waitFor();
  expect(await ticket.getByTestId('item-choices').innerText()).toBe('大份 Large');
  expect(await ticket.getByTestId('handing-over').innerText()).toMatch(/24 Dec, 18:30[\s\S]*Pickup/);
  await ticket.getByText('¥40.00').waitFor();
  await expectAccessible(page);
});

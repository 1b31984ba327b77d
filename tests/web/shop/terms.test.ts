import { eventually, expectAccessible, looks, pageSession } from '../../support/browser/page-session.ts';
import { live } from './hands.ts';

// What a shop sets without a terminal: hours, handing over, discounts, orders for later, what it says of itself, and
// what is chosen with a dish.

const session = pageSession();

const settings = () => session.server().shop().settings;

test.each(
  looks,
)('the settings say how the shop sells, each part with its form (%s, %s)', async (locale, colorScheme) => {
  const page = await live(await session.screen({ locale, colorScheme }));
  await page.getByTestId('settings').click();
  await page.getByTestId('terms').click();
  await page.getByTestId('edit-hours').click();
  // Without any period it is open at every hour: no day may be called closed then.
  const ofTuesday = () => page.getByTestId('day-1').locator('p').textContent();
  const [always, closed] = locale === 'zh-CN' ? ['全天营业', '休息'] : ['Open at every hour', 'Closed'];
  expect(await ofTuesday()).toBe(always);
  await page.getByTestId('day-0-add').click();
  await eventually(ofTuesday, closed);
  await page.getByTestId('day-0-from-0').fill('11:00');
  await page.getByTestId('day-0-to-0').fill('14:00');
  await page.getByTestId('day-0-add').click();
  await page.getByTestId('day-0-from-1').fill('13:00');
  await page.getByTestId('day-0-to-1').fill('02:00');
  await page.getByTestId('terms-save').click();
  await page.getByTestId('day-0').locator('.field-error').waitFor();
  await page.getByTestId('day-0-from-1').fill('17:00');
  await page.getByTestId('day-1-copy').click();
  await page.getByTestId('preview').getByText('17:00–02:00').first().waitFor();
  await expectAccessible(page);
  await page.getByTestId('terms-save').click();
  await eventually(() => page.getByTestId('hours-form').count(), 0);
  const day = [
    { from: '11:00', to: '14:00' },
    { from: '17:00', to: '02:00' },
  ];
  expect(settings().hours?.week).toEqual([day, day, [], [], [], [], []]);
});

test('handing over, discounts, orders for later and what the shop says of itself are set, and shown before', async () => {
  const page = await live(await session.screen());
  await page.getByTestId('settings').click();
  await page.getByTestId('terms').click();
  await page.getByTestId('edit-fulfilment').click();
  await page.getByTestId('pickup').click();
  await page.getByTestId('delivery-minimum').fill('20');
  await page.getByTestId('delivery-fee').fill('5');
  await page.getByTestId('add-area').click();
  await page.getByRole('textbox', { name: 'Name of the area' }).fill('East campus');
  await page.getByTestId('preview').getByText('East campus').waitFor();
  await expectAccessible(page);
  await page.getByTestId('terms-save').click();
  await eventually(() => page.getByTestId('fulfilment-form').count(), 0);
  expect(settings()).toMatchObject({
    pickup: true,
    delivery: { minimumCents: 2000, feeCents: 500, freeFromCents: null, areas: [{ name: 'East campus' }] },
  });

  await page.getByTestId('edit-discounts').click();
  await page.getByTestId('add-discount').click();
  await page.getByRole('textbox', { name: 'From (CNY)' }).fill('50');
  await page.getByRole('textbox', { name: 'Off (CNY)' }).fill('8');
  await page.getByTestId('terms-save').click();
  await eventually(() => page.getByTestId('discounts-form').count(), 0);
  expect(settings().discounts).toEqual([{ fromCents: 5000, offCents: 800 }]);

  await page.getByTestId('edit-later').click();
  await page.getByTestId('takes-later').click();
  await page.getByTestId('later-perSlot').fill('0');
  await page.getByTestId('terms-save').click();
  await page.getByTestId('later-perSlot-error').waitFor();
  await page.getByTestId('later-perSlot').fill('4');
  await page.getByTestId('terms-save').click();
  await eventually(() => page.getByTestId('later-form').count(), 0);
  expect(settings().later).toEqual({ leadMinutes: 30, daysAhead: 3, slotMinutes: 15, perSlot: 4 });

  await page.getByTestId('edit-about').click();
  await page.getByTestId('about-phone').fill('021 5555 0100');
  await page.getByTestId('about-address').fill('中山路 1 号');
  await page.getByTestId('terms-save').click();
  await eventually(() => page.getByTestId('about-form').count(), 0);
  expect(settings().about).toEqual({ phone: '021 5555 0100', address: '中山路 1 号' });
});

test('a dish gets sizes without a terminal, and one of them is sold out with a tap', async () => {
  const page = await live(await session.screen());
  await page.getByTestId('dishes').click();
  await page.getByTestId('edit-menu').click();
  await page.getByTestId('edit-noodles').click();
  await page.getByTestId('more-of-dish').locator('summary').click();
  await page.getByTestId('add-option').click();
  await page.getByRole('textbox', { name: 'Name of the group' }).fill('规格 Size');
  await page.getByRole('textbox', { name: 'Choice', exact: true }).fill('小份 Small');
  await page.getByRole('button', { name: '+ Add a choice' }).click();
  await page.getByRole('textbox', { name: 'Choice', exact: true }).nth(1).fill('大份 Large');
  await page.getByRole('textbox', { name: 'Adds (CNY)' }).nth(1).fill('5');
  await page.getByRole('spinbutton', { name: 'At least' }).fill('1');
  await page.getByTestId('dish-description').fill('手工拉面');
  await page.getByTestId('allergen-gluten').click();
  await expectAccessible(page);
  await page.getByTestId('dish-save').click();
  await eventually(() => page.getByTestId('dish-form').count(), 0);
  const noodles = settings().dishes?.find(({ id }) => id === 'noodles');
  expect(noodles).toMatchObject({
    description: '手工拉面',
    allergens: ['gluten'],
    options: [{ min: 1, max: 1, choices: [{ name: '小份 Small', priceCents: 0 }, { priceCents: 500 }] }],
  });
  await page.getByTestId('close').last().click();
  await page.getByTestId('dishes').click();
  await page.getByTestId('choices-of-noodles').locator('summary').click();
  await page.getByTestId('choices-of-noodles').getByRole('switch').nth(1).click();
  await page.getByTestId('choices-of-noodles').getByText('大份 Large', { exact: false }).first().waitFor();
  await eventually(
    async () => settings().dishes?.find(({ id }) => id === 'noodles')?.options?.[0]?.choices[1]?.available,
    false,
  );
});

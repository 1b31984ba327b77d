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
  const [always, closed] = locale === 'zh-CN' ? ['全天营业', '休息'] : ['Open around the clock', 'Closed'];
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

test.each(looks)('hours that overlap another day are marked there (%s, %s)', async (locale, colorScheme) => {
  const page = await live(await session.screen({ locale, colorScheme }));
  await page.getByTestId('settings').click();
  await page.getByTestId('terms').click();
  await page.getByTestId('edit-hours').click();
  const period = async (id: string, from: string, to: string) => {
    await page.getByTestId(`${id}-add`).click();
    await page.getByTestId(`${id}-from-0`).fill(from);
    await page.getByTestId(`${id}-to-0`).fill(to);
  };
  await period('day-0', '20:00', '03:00');
  await period('day-1', '02:00', '10:00');
  // 2 December 2026 is a Wednesday.
  for (const index of [0, 1, 2]) {
    await page.getByTestId('add-exception').click();
    await page.getByTestId(`date-${index}`).fill(`2026-12-0${[2, 3, 3][index]}`);
  }
  await period('exception-0', '20:00', '08:00');
  await period('exception-1', '06:10', '09:00');
  await page.getByTestId('terms-save').click();
  const said = (id: string) => page.getByTestId(id).locator('.field-error').textContent();
  const words =
    locale === 'zh-CN'
      ? ['与后一天的时段重叠', '这个日期已经有了']
      : ['These run into the hours of the next day', 'This date is there already'];
  await eventually(() => said('day-0'), words[0]);
  expect([await said('exception-0'), await page.getByTestId('date-2-error').textContent()]).toEqual(words);
  await expectAccessible(page);
  expect(settings().hours?.week[0] ?? []).toEqual([]);
});

test.each(looks)('the picture of a shop is shown, or why it is not (%s, %s)', async (locale, colorScheme) => {
  const page = await live(await session.screen({ locale, colorScheme }));
  await page.getByTestId('settings').click();
  await page.getByTestId('terms').click();
  await page.getByTestId('edit-about').click();
  await page.getByTestId('about-image').fill('/pictures/beef-noodles.svg');
  const picture = page.getByTestId('picture-preview');
  const width = () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth);
  await eventually(async () => (await width()) > 0, true);
  await expectAccessible(page);
  const trouble = page.getByTestId('picture-trouble');
  await page.getByTestId('about-image').fill('/pictures/none.svg');
  await trouble.getByText(locale === 'zh-CN' ? '打不开' : 'does not load').waitFor();
  await page.getByTestId('about-image').fill('https://images.example/a.png');
  await trouble.getByText('images.example').waitFor();
  await expectAccessible(page);
  await page.getByTestId('about-image').fill('/pictures/beef-noodles.svg');
  await eventually(async () => (await width()) > 0, true);
  // The policy of the page said so too, and nothing else was wrong.
  expect(
    session
      .complaints()
      .splice(0)
      .filter(one => !one.includes('images.example')),
  ).toEqual([]);
});

test('what only the server finds is said as it says it', async () => {
  const page = await live(await session.screen());
  await page.getByTestId('settings').click();
  await page.getByTestId('terms').click();
  await page.getByTestId('edit-about').click();
  const fields = [{ path: 'about.note', message: 'must be kinder' }];
  jest.spyOn(session.server().shop(), 'command').mockImplementationOnce(id => ({
    ...{ type: 'result', id, ok: false },
    error: { code: 'invalid_request', message: '', fields },
  }));
  await page.getByTestId('about-note').fill('No!');
  await page.getByTestId('terms-save').click();
  const said = 'That did not work (invalid_request)\nabout.note: must be kinder';
  await eventually(() => page.getByTestId('terms-refused').textContent(), said);
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

test('a delivery that is free from 0 on is called free, and stays so when something else is changed', async () => {
  const delivery = { minimumCents: 0, feeCents: 300, freeFromCents: 0, areas: [] };
  session.server().shop().command('1', { op: 'set_fulfilment', pickup: true, delivery });
  const page = await live(await session.screen());
  await page.getByTestId('settings').click();
  await page.getByTestId('terms').click();
  await page.getByTestId('edit-fulfilment').getByText('Delivery free delivery', { exact: false }).waitFor();
  await page.getByTestId('edit-fulfilment').click();
  await page.getByTestId('delivery-minimum').fill('20');
  await eventually(
    () => page.getByTestId('preview').locator('p').last().textContent(),
    'Delivery · minimum ¥20.00 · free delivery',
  );
  await page.getByTestId('terms-save').click();
  await eventually(() => page.getByTestId('fulfilment-form').count(), 0);
  expect(settings().delivery).toEqual({ ...delivery, minimumCents: 2_000 });
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

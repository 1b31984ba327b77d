import { eventually, expectAccessible, pageSession } from '../../support/browser/page-session.ts';
import { live } from './hands.ts';

// A shop stops taking orders: it is asked for how long, and customers see when it goes on.

const session = pageSession();
const shop = () => session.server().shop();

test('9.15: closing asks first; staying open, Escape and the ✕ change nothing', async () => {
  const page = await live(await session.screen());
  for (const way of ['keep-open', 'Escape', 'close']) {
    await page.getByTestId('open-switch').click();
    await page.getByTestId('close-dialog').waitFor();
    await expectAccessible(page);
    if (way === 'Escape') await page.keyboard.press('Escape');
    else await page.getByTestId('close-dialog').getByTestId(way).click();
    await page.getByTestId('close-dialog').waitFor({ state: 'detached' });
  }
  expect(shop().settings).toMatchObject({ open: true, version: 1 });
  await page.getByTestId('open-switch').click();
  await page.getByTestId('close-shop').click();
  await page.getByTestId('open-switch').getByText('Shop closed').waitFor();
  await page.getByTestId('open-switch').click();
  await eventually(async () => shop().settings.open, true); // opening asks nothing
});

test.each([
  15, 30, 60,
])('9.15: a pause of %s minutes says when it ends, to the shop and to customers', async minutes => {
  const page = await live(await session.screen());
  const customer = await session.customer();
  await customer.getByTestId('shop-state').first().waitFor();
  await page.getByTestId('open-switch').click();
  await page.getByTestId(`pause-${minutes}`).click();
  await page.getByTestId('open-switch').getByText('Paused until').waitFor();
  const { open, pausedUntil } = shop().settings;
  expect(open).toBe(false);
  expect((Date.parse(pausedUntil ?? '') - Date.now()) / 60_000).toBeCloseTo(minutes, 0);
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Asia/Shanghai' }).format(
    Date.parse(pausedUntil ?? ''),
  );
  await page.getByTestId('open-switch').getByText(`Paused until ${time}`).waitFor();
  await customer.getByText(`opens again at ${time}`).first().waitFor();
  await expectAccessible(customer);
  shop().endPause();
  await page.getByTestId('open-switch').getByText('Shop open').waitFor();
  await eventually(() => customer.getByText('opens again at').count(), 0);
});

test('9.15: a pause can be ended at any time by a tap', async () => {
  const page = await live(await session.screen());
  await page.getByTestId('open-switch').click();
  await page.getByTestId('pause-60').click();
  await page.getByTestId('open-switch').getByText('Paused until').waitFor();
  await page.getByTestId('open-switch').click();
  await eventually(async () => shop().settings.open, true);
  expect(shop().settings.pausedUntil).toBe(null);
});

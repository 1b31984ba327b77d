import { eventually, expectAccessible, pageSession, phone } from '../../support/browser/page-session.ts';
import { live, watchPrinter } from './hands.ts';

// The link under which customers order, as its shop shows it and hands it on.

const session = pageSession();

test('9.18: an owner sees the customers’ link as text and as a code, copies it, and prints it', async () => {
  const page = await session.screen();
  const printed = await watchPrinter(page);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByTestId('settings').click();
  await page.getByTestId('customers-link').click();
  const link = (await page.getByTestId('customers-link-text').textContent()) ?? '';
  expect(link).toBe(`${session.server().url}/order.html#shop=shop1`);
  await page.getByTestId('customers-link-dialog').getByTestId('qr-code').waitFor();
  await page.getByTestId('local-link').waitFor(); // the test's own address is one that nobody else can open
  await expectAccessible(page);
  await page.getByTestId('copy').click();
  await eventually(() => page.evaluate(() => navigator.clipboard.readText()), link);
  await page.getByTestId('print-poster').click();
  await eventually(async () => (await printed()).length, 1);
  await page.getByTestId('sheet').getByText('Scan to order').waitFor({ state: 'attached' });
  expect(await page.getByTestId('sheet').locator('svg path').count()).toBe(1);
});

test('9.18: the link leads a customer to the shop’s menu', async () => {
  const page = await live(await session.screen());
  await page.getByTestId('settings').click();
  await page.getByTestId('customers-link').click();
  const link = (await page.getByTestId('customers-link-text').textContent()) ?? '';
  const customer = await session.open(link.replace(session.server().url, ''), phone);
  await customer.getByText('老王家常菜 Wang’s Kitchen').first().waitFor();
  await customer.getByText('麻婆豆腐 Mapo tofu').first().waitFor();
});

test('9.18: the code stands in a light frame, with its three corners, in a dark page too', async () => {
  const page = await live(await session.screen({ colorScheme: 'dark' }));
  await page.getByTestId('settings').click();
  await page.getByTestId('customers-link').click();
  const code = page.getByTestId('customers-link-dialog').getByTestId('qr-code');
  const side = Number((await code.getAttribute('viewBox'))?.split(' ')[2]);
  const path = (await code.locator('path').getAttribute('d')) ?? '';
  const dark = new Set([...path.matchAll(/M(\d+) (\d+)h1/g)].map(([, x, y]) => `${x} ${y}`));
  // The three createMatcher patterns stand in the corners, behind a quiet zone of four.
  for (const [x, y] of [
    [4, 4],
    [side - 11, 4],
    [4, side - 11],
  ] as const)
    for (let step = 0; step < 7; step++) {
      expect(dark.has(`${x + step} ${y}`)).toBe(true);
      expect(dark.has(`${x} ${y + step}`)).toBe(true);
    }
  for (let step = 0; step < side; step++) expect(dark.has(`${step} 3`)).toBe(false);
});

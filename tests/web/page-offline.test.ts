import type { Page } from 'playwright-core';
import { eventually, expectAccessible, looks, pageSession, phone, tablet } from '../support/browser/page-session.ts';
import { fillCart } from './order/hands.ts';

const session = pageSession();

describe('9.13: the customer’s page without a network', () => {
  test('says that the order was not sent, and lets it go: what was chosen is still there, and nothing is ever sent', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.context().setOffline(true);
    await page.getByTestId('place').click();
    await page.getByTestId('placing-held').getByText('Not sent yet').waitFor();
    await page.getByTestId('do-not-send').click();
    await page.getByTestId('place').waitFor();
    await page.getByTestId('pay-later').getByText('Nothing was ordered').waitFor();
    await page.context().setOffline(false);
    await page.reload();
    await page.getByTestId('place').waitFor();
    expect(session.server().posts).toEqual([]);
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    expect(session.server().shop().orders.size).toBe(1);
  });

  test('sends the order by itself when the network is back', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.context().setOffline(true);
    await page.getByTestId('place').click();
    await page.getByTestId('placing-held').waitFor();
    await page.context().setOffline(false);
    await page.getByTestId('status').waitFor();
    expect(session.server().posts).toHaveLength(1);
  });

  test('sends when a person says that there is a network', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'onLine', { get: () => false });
      dispatchEvent(new Event('offline'));
    });
    await page.getByTestId('place').click();
    await page.getByTestId('placing-held').getByTestId('go-on').click();
    await page.getByTestId('status').waitFor();
  });

  test('does not call an order live, though its connection has not noticed yet', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    const link = page.getByTestId('link');
    await link.getByText('Live').waitFor();
    await page.context().setOffline(true);
    await link.getByText('Reconnecting').waitFor();
    await page.context().setOffline(false);
    await link.getByText('Live').waitFor();
  });

  test.each(looks)('says so accessibly (%s, %s)', async (locale, colorScheme) => {
    const page = await session.customer('#shop=shop1', { locale, colorScheme });
    await fillCart(page);
    await page.context().setOffline(true);
    await page.getByTestId('place').click();
    await page.getByTestId('placing-held').waitFor();
    await expectAccessible(page);
  });
});

describe('9.13: the shop’s page', () => {
  test('does not say that nobody waits while it is offline', async () => {
    const page = await session.screen();
    const waiting = page.getByTestId('column-placed');
    await waiting.getByText('Nobody is waiting').waitFor();
    await page.context().setOffline(true);
    session.server().cutSockets(true);
    await waiting.getByText('new orders cannot be seen').waitFor();
    expect(await page.getByText('Nobody is waiting').count()).toBe(0);
    await page.context().setOffline(false);
    session.server().cutSockets(false);
    await waiting.getByText('Nobody is waiting').waitFor();
  });
});

/** Lets requests for a file come to nothing until it is told to let them through. */
async function losing(page: Page, file: string): Promise<() => void> {
  let isLost = true;
  await page.context().route(`**/${file}`, route => (isLost ? route.abort('timedout') : route.continue()));
  return () => {
    isLost = false;
  };
}

describe('9.2 F52: config.json that does not come', () => {
  test.each([
    ['order', 'dish-rice'],
    ['shop', 'connection'],
    ['chat', 'you'],
  ] as const)('is waited for by %s.html, on a reload too; nothing is asked of another address', async (name, testid) => {
    const fragment = name === 'chat' ? '' : `#shop=shop1&key=${session.server().key}`;
    const page = await session.open(`/${name}.html${fragment}`, name === 'shop' ? tablet : phone);
    const letThrough = await losing(page, 'config.json');
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).pathname));
    page.on('websocket', socket => asked.push(new URL(socket.url()).pathname));
    page.on('framenavigated', () => asked.splice(0)); // what the page before asked for does not count
    await page.reload();
    await page.getByTestId('late-addresses').getByText('not complete yet').waitFor();
    await expectAccessible(page);
    expect(asked.filter(path => /bill|get_shop_info|pgws|chat$/.test(path))).toEqual([]);
    letThrough();
    if (name !== 'chat') await page.getByTestId(testid).waitFor();
    await page.getByTestId('late-addresses').waitFor({ state: 'detached' });
  });

  test('leaves an order that was on its way where it is, and the page goes on with it', async () => {
    session.server().billFaults.push('lose-answer');
    const page = await session.customer();
    await fillCart(page);
    const letThrough = await losing(page, 'config.json');
    await page.context().route('**/bill', route => route.abort('timedout'));
    await page.getByTestId('place').click();
    await page.getByTestId('placing-unknown').waitFor();
    await page.reload();
    await page.getByTestId('late-addresses').getByText('Your order is kept').waitFor();
    await page.context().unroute('**/bill');
    letThrough();
    await page.getByTestId('status').waitFor();
    expect(session.server().shop().orders.size).toBe(1);
  });

  test.each([
    ['a captive portal', 200, 'text/html', '<html>Welcome</html>'],
    ['a file that is cut', 200, 'application/json', '{"api":'],
    ['somebody else’s', 404, 'application/json', '{"error":{"code":"not_found","message":""}}'],
  ])('is not taken from %s', async (_, status, contentType, body) => {
    const page = await session.open('/chat.html', phone);
    await page.context().route('**/config.json', route => route.fulfill({ status, contentType, body }));
    await page.goto(`${session.server().url}/order.html`);
    await page.getByTestId('late-addresses').waitFor();
  });
});

describe('9.2 F52: a file of the page that does not come', () => {
  test.each(['order', 'shop', 'chat'])('leaves %s.html saying so, when it is the script', async name => {
    const page = await session.open('/healthz', phone);
    await losing(page, 'assets/*.js');
    await page.goto(`${session.server().url}/${name}.html`);
    await page.getByText('This page did not load completely').waitFor({ timeout: 15_000 });
  });

  test('is fetched again, when it is the style', async () => {
    const page = await session.open('/healthz', phone);
    const letThrough = await losing(page, 'assets/*.css');
    await page.goto(`${session.server().url}/order.html`);
    await page.getByTestId('shop-shop1').waitFor();
    letThrough();
    await eventually(() => page.evaluate(() => getComputedStyle(document.body).margin), '0px');
  });
});

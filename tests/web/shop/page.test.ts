import {
  eventually,
  evilText,
  expectAccessible,
  expectLight,
  looks,
  pageSession,
  phone,
  tablet,
} from '../../support/browser/page-session.ts';

const session = pageSession();

describe('the shop’s page', () => {
  test('takes the key out of the address bar, keeps it for a reload, and asks for it when it is wrong', async () => {
    const page = await session.screen();
    await page.getByTestId('column-placed').waitFor();
    expect(page.url()).toBe(`${session.server().url}/shop.html`);
    await page.reload();
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');

    const stranger = await session.open('/shop.html#shop=shop1&key=wrong', tablet);
    await stranger.getByTestId('refused').waitFor();
    await stranger.getByTestId('sign-in-key').fill(session.server().key);
    await stranger.getByTestId('sign-in-submit').click();
    await stranger.getByTestId('column-placed').waitFor();
  });

  test('leads an order from new to completed, with the preparation time that was chosen', async () => {
    const page = await session.screen();
    await page.clock.install(); // before the bell: a timer of before cannot be stopped after it
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
    session.server().place({ note: '不要辣' });
    await page.getByTestId('column-placed').getByTestId('ticket-1').getByText('不要辣').waitFor();
    await eventually(() => page.title(), '(1) 老王家常菜 Wang’s Kitchen');
    await page.getByTestId('prep-more').click();
    await page.getByTestId('accept').getByText('20').waitFor(); // as a person would look
    await page.getByTestId('accept').click();
    await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
    const [order] = session.server().shop().orders.values();
    const minutes = (Date.parse(order?.readyAt ?? '') - Date.now()) / 60_000;
    expect(Math.round(minutes)).toBe(20);
    expect(await page.title()).toBe('老王家常菜 Wang’s Kitchen');
    await page.getByTestId('ready').click();
    await page.getByTestId('take-back').waitFor();
    await page.clock.fastForward(10_000);
    await page.getByTestId('column-ready').getByTestId('complete').click();
    await page.getByTestId('take-back').waitFor();
    await page.clock.fastForward(10_000);
    await eventually(() => page.getByTestId('ticket-1').count(), 0);
    await page.getByTestId('done').click();
    await page.getByTestId('done-dialog').getByText('Completed').waitFor();
  });

  test('rejects with a reason, and tells loudly when a customer cancels or reminds', async () => {
    session.server().place();
    session.server().place({}, 3);
    const page = await session.screen();
    await page.clock.install();
    await page.getByTestId('ticket-2').getByTestId('away').waitFor();
    const [first, second] = session.server().shop().openOrders();
    session
      .server()
      .shop()
      .command('c1', { op: 'remind', order: first?.id ?? '' });
    await page.getByTestId('notice-reminded').waitFor();
    session
      .server()
      .shop()
      .command('c2', { op: 'cancel', order: second?.id ?? '', version: 1, reason: 'customer_request' });
    await page.getByTestId('notice-cancelled').getByTestId('notice-seen').click();
    await eventually(() => page.getByTestId('notice-cancelled').count(), 0);
    await page.getByTestId('reject').click();
    await page.getByTestId('reason-sold_out').click();
    await page.getByTestId('take-back').waitFor();
    await page.clock.fastForward(10_000);
    await eventually(
      async () =>
        session
          .server()
          .shop()
          .orders.get(first?.id ?? '')?.reason,
      'sold_out',
    );
    await eventually(() => page.getByTestId('ticket-1').count(), 0);
  });

  test('asks for the tap that allows the bell, and shows when it is muted', async () => {
    const page = await session.screen();
    await page.getByTestId('allow-sound').click();
    await eventually(() => page.getByTestId('allow-sound').count(), 0);
    await page.getByTestId('mute').click();
    expect(await page.getByTestId('mute').getAttribute('aria-pressed')).toBe('true');
    await page.reload();
    await eventually(() => page.getByTestId('mute').getAttribute('aria-pressed'), 'true');
  });

  test('closes the shop, marks a dish as sold out, changes the settings', async () => {
    const page = await session.screen();
    await page.getByTestId('open-switch').click();
    expect(session.server().shop().settings.open).toBe(true); // it asks first
    await page.getByTestId('close-shop').click();
    await eventually(async () => session.server().shop().settings.open, false);
    await eventually(() => page.getByTestId('open-switch').getAttribute('aria-checked'), 'false');
    await page.getByTestId('dishes').click();
    await page.getByTestId('available-rice').click();
    await eventually(() => page.getByTestId('available-rice').getAttribute('aria-checked'), 'false');
    await page.keyboard.press('Escape');
    await page.getByTestId('settings').click();
    await page.getByTestId('auto-accept').click();
    await page.getByTestId('prep-30').click();
    await eventually(
      async () => session.server().shop().settings.autoAccept && session.server().shop().settings.prepMinutes,
      30,
    );
  });

  test('shows since when it is offline, sends what was done meanwhile, and misses nothing', async () => {
    session.server().place();
    const page = await session.screen();
    await page.getByTestId('ticket-1').waitFor();
    session.server().cutSockets(true);
    await page.getByTestId('connection').getByText('offline since').waitFor();
    await page.getByTestId('accept').click();
    for (let count = 0; count < 60; count++) session.server().place();
    session.server().openDoor();
    // Else the next try is anywhere in the next sixteen seconds.
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await eventually(() => page.getByTestId('column-accepted').getByTestId('ticket-1').count(), 1);
    await eventually(() => page.getByTestId('column-placed').locator('article').count(), 60);
    await page.reload();
    await eventually(() => page.getByTestId('column-placed').locator('article').count(), 60);
  });

  test('does not come back by itself when it was replaced, but when somebody asks', async () => {
    const page = await session.screen();
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
    session.server().sendToShops({ type: 'error', error: { code: 'replaced', message: '' } });
    await page.getByTestId('stopped').waitFor();
    await page.getByTestId('reconnect').click();
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
  });

  test('shows what somebody typed as text, whatever it looks like', async () => {
    const bill = { items: [{ dish: 'rice', quantity: 1, note: evilText }], note: evilText };
    session.server().place({ ...bill, customer: { name: evilText, phone: '123', address: evilText } });
    session.server().shop().changeSettings({ name: evilText });
    const page = await session.screen();
    await page.getByTestId('ticket-1').getByText(evilText).first().waitFor();
    expect(await page.locator('img, b').count()).toBe(0);
  });

  test.each(looks)('passes axe in %s, %s', async (locale, colorScheme) => {
    session.server().place({ note: '不要辣' }, 1);
    session.server().place({}, 4);
    const [first] = session.server().shop().openOrders();
    session
      .server()
      .shop()
      .command('c1', { op: 'accept', order: first?.id ?? '', version: 1 });
    const page = await session.screen({ locale, colorScheme });
    await page.getByTestId('ticket-2').waitFor();
    session
      .server()
      .shop()
      .command('c2', { op: 'remind', order: first?.id ?? '' });
    await page.getByTestId('notice-reminded').waitFor();
    await expectAccessible(page);
    await page.getByTestId('reject').click();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByTestId('dishes').click();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByTestId('settings').click();
    await expectAccessible(page);
    const stranger = await session.open('/shop.html', { ...phone, locale, colorScheme });
    await stranger.getByTestId('sign-in').waitFor();
    await expectAccessible(stranger);
  });

  test('needs at most 60 kB, compressed, for page, script and style', () => expectLight(session.outdir(), 'shop'));
});

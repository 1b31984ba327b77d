import { eventually, pageSession } from '../support/browser/page-session.ts';
import { expectLargeTargets, smallTargets } from '../support/browser/targets.ts';
import { fillCart, shownStatus } from './order/hands.ts';
import { live } from './shop/hands.ts';

// A slim container, a kiosk, a phone whose system lacks Chinese: text without a width. All states of the pages are
// measured with such texts where axe looks at them (page-session.ts); here the machine has no other font indeed.

const session = pageSession({ fonts: 'without-width' });

test('9.4: with a font that has no width every target of the pages is large enough, and an order gets through', async () => {
  const screen = await live(await session.screen());
  const customer = await session.customer('');
  await expectLargeTargets(customer);
  await customer.getByTestId('shop-shop1').click();
  await customer.getByTestId('more-mapo').waitFor();
  expect(await widthOfText(customer)).toBe(0);
  await expectLargeTargets(customer);
  await fillCart(customer);
  await expectLargeTargets(customer);
  await customer.getByTestId('place').click();
  await screen.getByTestId('ticket-1').waitFor();
  await expectLargeTargets(screen);
  await screen.getByTestId('accept').click();
  await eventually(() => shownStatus(customer), 'accepted');
  await expectLargeTargets(customer);
  await expectLargeTargets(screen);
});

test('this check finds what is large by its words alone, and takes no hidden one for small', async () => {
  const page = await session.customer('');
  await page.getByTestId('shops').waitFor();
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = '#somewhere';
    link.textContent = 'words';
    for (const [name, value] of [
      ['display', 'inline-block'],
      ['min-width', '0'],
      ['min-height', '44px'],
      ['padding', '0 20px'],
    ] as const)
      link.style.setProperty(name, value);
    const hidden = document.createElement('button');
    hidden.style.setProperty('display', 'none');
    document.body.append(link, hidden);
  });
  expect(await smallTargets(page)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^40 × 44 with texts without width: <a href="#somewhere"/)]),
  );
  expect(await page.getByText('words').count()).toBe(1);
});

function widthOfText(page: Awaited<ReturnType<typeof session.customer>>): Promise<number> {
  return page.evaluate(() => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector('h1') ?? document.body);
    return range.getBoundingClientRect().width;
  });
}

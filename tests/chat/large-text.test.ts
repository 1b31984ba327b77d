import type { Browser, Page } from 'playwright-core';
import { expectReflow } from '../support/browser/large-text.ts';
import { launchBrowser } from '../support/browser/launch.ts';
import { eventually } from '../support/browser/page-session.ts';
import { type System, startSystem } from '../support/e2e/system.ts';

// Every state of the chat's page in every size of text and window.

let system: System;
let browser: Browser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ CHAT_STORE: 'memory' }), launchBrowser()]);
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

describe.each(['zh-CN', 'en-GB'])('9.14: with large text, in %s, nothing is cut off or out of reach', locale => {
  async function open(): Promise<Page> {
    const context = await browser.newContext({ locale, serviceWorkers: 'block' });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${system.url}/chat.html`);
    await eventually(() => phaseOf(page), 'live');
    return page;
  }
  const phaseOf = (page: Page) => page.getByTestId('connection').getAttribute('data-phase');
  const messages = (page: Page) => page.getByTestId('message');

  async function say(page: Page, text: string): Promise<void> {
    await page.getByTestId('text').fill(text);
    await page.getByTestId('send').click();
  }

  test('in an empty room, and without its addresses', async () => {
    const page = await open();
    await expectReflow(page, 'empty');
    await page.context().route('**/config.json', route => route.abort());
    await page.reload();
    await page.getByTestId('late-addresses').waitFor();
    await say(page, 'Nobody knows where the room is. '.repeat(4));
    await expectReflow(page, 'no addresses');
  });

  test('while people talk', async () => {
    const [first, second] = [await open(), await open()];
    await say(second, '你好！今晚还有宫保鸡丁吗？ Is there any Kung Pao left tonight?');
    await say(second, `${'Donaudampfschifffahrtsgesellschaft'.repeat(3)} https://example.com/${'a'.repeat(120)}`);
    await messages(first).nth(1).waitFor();
    await messages(first).first().getByTestId('name').click();
    await say(first, 'Between us: yes.\nTwo lines of it.');
    await say(first, 'And for you alone once more.');
    await messages(second).nth(3).waitFor();
    await expectReflow(first, 'to one alone');
    await expectReflow(second, 'from one alone');
    await second.close();
    await first.getByTestId('moved').last().waitFor();
    await say(first, 'Are you still there?');
    await first.getByTestId('failed').waitFor();
    await first.getByTestId('problem').waitFor();
    await expectReflow(first, 'nobody has this name any more');
    await first.getByTestId('text').fill('字'.repeat(2_001));
    await expectReflow(first, 'too long');
  });

  test('with more below than is in view', async () => {
    const [first, second] = [await open(), await open()];
    for (let number = 0; number < 30; number++) await say(first, `line ${number} of what was said before`);
    await messages(second).nth(29).waitFor();
    await second.setViewportSize({ width: 320, height: 640 });
    await second.mouse.wheel(0, -400);
    await second.evaluate(() => scrollTo(0, 0));
    await say(first, 'something new');
    await second.getByTestId('more').waitFor();
    await expectReflow(second, 'more below');
  });
});

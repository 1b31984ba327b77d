import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/launch.ts';
import { eventually, evilText, expectAccessible, expectLight, looks, phone } from '../support/browser/page-session.ts';
import { type System, startSystem } from '../support/e2e/system.ts';

// The chat's page in a real browser, behind the real gateway.

let system: System;
let browser: Browser;
const problems: string[] = [];
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ CHAT_STORE: 'memory' }), launchBrowser()]);
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(problems.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', serviceWorkers: 'block', ...phone, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', error => problems.push(String(error)));
  page.on('console', message => {
    if (/Content Security Policy|Trusted/i.test(message.text())) problems.push(message.text());
  });
  await page.goto(`${system.url}/chat.html`);
  await eventually(() => phaseOf(page), 'live');
  return page;
}

const phaseOf = (page: Page) => page.getByTestId('connection').getAttribute('data-phase');
const messages = (page: Page) => page.getByTestId('message');

async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('text').fill(text);
  await page.getByTestId('text').press('Enter');
}

async function nameOf(page: Page): Promise<string> {
  return (await page.getByTestId('you').innerText()).slice(-4);
}

test('two people talk: each sees who they are, how many they are, and what the other says', async () => {
  const first = await open();
  const second = await open();
  await eventually(() => first.getByTestId('online').innerText(), '2 online');
  await first.getByTestId('moved').getByText('Somebody came in').waitFor();
  await say(first, 'Is anybody here?');
  await messages(second).getByText('Is anybody here?').waitFor();
  expect(await messages(second).getByTestId('name').innerText()).toBe(await nameOf(first));
  await second.getByTestId('text').fill('Yes,\nme');
  await second.getByTestId('send').click();
  await messages(first).getByText('Yes, me').waitFor();
  expect(await messages(second).count()).toBe(2);
  expect(await second.getByTestId('text').inputValue()).toBe('');
  await second.close();
  await first.getByTestId('moved').getByText('Somebody left').waitFor();
});

test('9.9: Enter sends nothing while an input method composes, in Safari’s order too, nor what the wire cannot carry', async () => {
  const [first, second] = [await open(), await open()];
  const devtools = await first.context().newCDPSession(first);
  await first.getByTestId('text').focus();
  await devtools.send('Input.imeSetComposition', { text: 'ni', selectionStart: 2, selectionEnd: 2 });
  await first.keyboard.press('Enter');
  await devtools.send('Input.insertText', { text: '你' });
  await first.getByTestId('text').dispatchEvent('keydown', { key: 'Enter', keyCode: 229 });
  expect(await messages(first).count()).toBe(0);
  // Filled in without an event, with half an emoji.
  await first.getByTestId('text').evaluate(field => {
    (field as HTMLTextAreaElement).value = `你好\0${String.fromCharCode(0xd83d)}`;
  });
  await first.getByTestId('text').press('Enter');
  await messages(second).getByText('你好', { exact: true }).waitFor();
  expect(await messages(first).count()).toBe(1);
});

test('a tap on a name writes to that one alone', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  await say(first, 'hello all');
  await messages(second).getByTestId('name').click();
  await second.getByText(`To ${await nameOf(first)} alone`).waitFor();
  await say(second, 'between us');
  await messages(first).getByText('between us').waitFor();
  await messages(first).getByText('to you alone').waitFor();
  await second.getByTestId('to-all').click();
  await say(second, 'for all again');
  await messages(third).getByText('for all again').waitFor();
  expect(await messages(third).getByText('between us').count()).toBe(0);
});

test('what somebody typed is shown as text, whatever it looks like', async () => {
  const [first, second] = [await open(), await open()];
  await say(first, evilText);
  await eventually(async () => (await messages(second).last().locator('.said-text').textContent()) ?? '', evilText);
  expect(await second.title()).toBe('Chat');
});

test('what is written without a connection is sent once there is one, and outlives a reload; so does the draft', async () => {
  const [first, second] = [await open(), await open()];
  await second.getByTestId('text').fill('a draft');
  await second.reload();
  expect(await second.getByTestId('text').inputValue()).toBe('a draft');
  await second.addInitScript(() => {
    // For one life of the page there is no room.
    if (sessionStorage.getItem('no-room') !== null) {
      window.WebSocket = class extends WebSocket {
        constructor() {
          super(`ws://${location.host}/nothing`);
        }
      };
    }
  });
  await second.evaluate(() => sessionStorage.setItem('no-room', '1'));
  await second.reload();
  await say(second, 'said without a connection');
  await second.getByText('Waiting to be sent').waitFor();
  expect(await phaseOf(second)).not.toBe('live');
  await second.evaluate(() => sessionStorage.removeItem('no-room'));
  await second.reload();
  await messages(first).getByText('said without a connection').waitFor();
  await eventually(async () => String(await second.getByText('Waiting to be sent').count()), '0');
});

test('it comes back by itself when the connection is lost', async () => {
  const page = await open();
  const before = await nameOf(page);
  // Too many frames: the gateway closes this one and says to wait.
  await page.evaluate(() => {
    const text = document.querySelector<HTMLTextAreaElement>('#text');
    const form = text?.form;
    for (let index = 0; index < 120; index++) {
      if (text) text.value = `flood ${index}`;
      text?.dispatchEvent(new Event('input', { bubbles: true }));
      form?.requestSubmit();
    }
  });
  await page.getByTestId('problem').waitFor();
  await eventually(() => phaseOf(page), 'waiting');
  await eventually(() => phaseOf(page), 'live');
  expect(await nameOf(page)).toBe(before);
});

test('9.18: a reload is no news to anybody: the same name, and nobody came or left; a newcomer is', async () => {
  const [first, second] = [await open(), await open()];
  await first.getByTestId('moved').getByText('Somebody came in').waitFor();
  const name = await nameOf(second);
  for (const round of [1, 2, 3]) {
    await say(first, `before ${round}`);
    await messages(second).getByText(`before ${round}`).waitFor();
    await second.reload();
    await eventually(() => phaseOf(second), 'live');
    expect(await nameOf(second)).toBe(name);
    await say(second, `after ${round}`);
    await messages(first).getByText(`after ${round}`).waitFor();
  }
  await first.getByTestId('online').getByText('2 online').waitFor();
  expect(await first.getByTestId('moved').count()).toBe(1);
  expect(new Set(await messages(first).getByTestId('name').allInnerTexts())).toEqual(new Set([name]));
  await open();
  await eventually(async () => String(await first.getByTestId('moved').count()), '2');
});

test('9.18: a tab that was duplicated is somebody else, and the first one stays who it is', async () => {
  const first = await open();
  const name = await nameOf(first);
  // What a browser copies is what the tab has stored while it is in use.
  const stored = await first.evaluate(() => ({ ...sessionStorage }));
  const copy = await first.context().newPage();
  await copy.addInitScript(entries => Object.assign(sessionStorage, entries), stored);
  await copy.goto(`${system.url}/chat.html`);
  await eventually(() => phaseOf(copy), 'live');
  expect(await nameOf(copy)).not.toBe(name);
  await eventually(() => phaseOf(first), 'live');
  expect(await nameOf(first)).toBe(name);
});

test('too long a message stays where it is and says so', async () => {
  const page = await open();
  await page.getByTestId('text').fill('字'.repeat(2_001));
  await page.getByText('Too long: 2001 / 2000').waitFor();
  await page.getByTestId('send').click();
  expect(await messages(page).count()).toBe(0);
  await expectAccessible(page);
});

test.each(
  looks,
)('in %s and %s no rule of axe is broken, and everything is large enough to tap', async (locale, colorScheme) => {
  const page = await open({ locale, colorScheme });
  const other = await open();
  await say(other, 'hello');
  await say(page, '你好');
  await page.getByTestId('name').click();
  await messages(page).nth(1).waitFor();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

test('it switches its language', async () => {
  const page = await open();
  await page.getByTestId('language').click();
  await page.getByRole('heading', { name: '聊天室' }).waitFor();
  expect(await page.title()).toBe('聊天室');
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
});

test('it is light', () => expectLight('dist/web', 'chat'));

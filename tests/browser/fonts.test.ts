import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/launch.ts';

// What a machine has installed must not decide whether a test passes: the fonts come with npm.

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await browser.newPage();
});

afterAll(() => browser?.close());

/** The families that the browser took the letters of a paragraph from. */
async function familiesOf(text: string, style = ''): Promise<string[]> {
  await page.setContent(`<html lang="zh-CN"><p style="${style}">${text}</p></html>`);
  const session = await page.context().newCDPSession(page);
  await session.send('DOM.enable');
  await session.send('CSS.enable');
  const { root } = await session.send('DOM.getDocument');
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: 'p' });
  const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
  await session.detach();
  return fonts.map(({ familyName }) => familyName).sort();
}

test('9.4: Chinese, Latin letters, emoji and the symbols of the buttons all come from fonts out of npm', async () => {
  const families = await familiesOf('Rice 宫保鸡丁 → ✕ ☰ 🔔🔕🖨 ▶ ▲ − ¥');
  expect(families).toEqual(['Noto Emoji', 'Noto Sans SC Thin', 'Noto Sans Symbols 2', 'Open Sans']);
});

test('9.4: the browser sees these fonts and none that the machine has', async () => {
  await page.route('https://pages.test/', route => route.fulfill({ contentType: 'text/html', body: '<p>fonts' }));
  await page.goto('https://pages.test/'); // only pages from https may ask
  await page.context().grantPermissions(['local-fonts']);
  const families = await page.evaluate(async () => {
    const fonts = await (window as unknown as { queryLocalFonts(): Promise<{ family: string }[]> }).queryLocalFonts();
    return [...new Set(fonts.map(({ family }) => family))].sort();
  });
  expect(families).toEqual(['Noto Emoji', 'Noto Sans SC Thin', 'Noto Sans Symbols 2', 'Open Sans']);
});

test.each([
  'system-ui',
  'sans-serif',
  'Noto Sans CJK SC',
  'DejaVu Sans',
])('9.4: whoever asks for %s gets these fonts', async family => {
  expect(await familiesOf('Rice', `font-family: ${family}`)).toEqual(['Open Sans']);
  expect(await familiesOf('宫保鸡丁', `font-family: ${family}`)).toEqual(['Noto Sans SC Thin']);
});

import type { Page } from 'playwright-core';

/** What can be tapped, by WCAG's word a target. */
const targets = [
  ...['a[href]', 'button', 'input', 'textarea', 'select', 'summary', '[contenteditable]'],
  ...['button', 'link', 'switch', 'tab', 'option', 'checkbox', 'radio', 'menuitem'].map(role => `[role="${role}"]`),
].join();

/** What may stand in the place of every text of a page. The first is as in a font without width, or without any font. */
const replacements = { 'without width': '\u200b', 'of one thin letter': 'i', 'of one Chinese letter': '宫' } as const;

/**
 * Everything that can be tapped is at least 44 by 44 px (WCAG 2.5.5), whatever its text and font: measured as the page
 * stands, and with every text replaced by nothing, by little, and by twice itself, which squeezes what stands beside it.
 */
export async function expectLargeTargets(page: Page): Promise<void> {
  expect(await smallTargets(page)).toEqual([]);
}

/** The targets that are too small, each with its size and with what text it is so. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(measure, { targets, replacements });
}

/** Runs in the page. Nothing is drawn, and no script of the page runs, before every text is back. */
function measure(wanted: { targets: string; replacements: Readonly<Record<string, string>> }): string[] {
  const texts: [node: Text, data: string][] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const isShown = node.parentElement?.closest('textarea, option, script, style, noscript') === null;
    if (isShown && node.textContent?.trim()) texts.push([node as Text, (node as Text).data]);
  }
  const small = (texts: string) =>
    [...document.querySelectorAll(wanted.targets)]
      .filter(element => element.checkVisibility({ visibilityProperty: true }))
      .map(element => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 43.99 || box.height < 43.99)
      .map(({ element, box }) => {
        const size = `${Math.round(box.width * 10) / 10} × ${Math.round(box.height * 10) / 10}`;
        return `${size} with texts ${texts}: ${(element.cloneNode() as Element).outerHTML.slice(0, 160)}`;
      });
  const found = small('as they are');
  try {
    for (const [name, text] of Object.entries(wanted.replacements)) {
      for (const [node] of texts) node.data = text;
      found.push(...small(name));
    }
    for (const [node, data] of texts) node.data = `${data} ${data}`;
    found.push(...small('twice as long'));
  } finally {
    for (const [node, data] of texts) node.data = data;
  }
  return found;
}

import type { Page } from 'playwright-core';

/** Sizes of text, in percent of the page's own, and of windows, that every state of a page is looked at in. */
export const largeTexts: readonly { width: number; height: number; percents: readonly number[] }[] = [
  { width: 320, height: 640, percents: [100, 115, 130, 150, 200] },
  { width: 390, height: 844, percents: [115, 150, 200] },
  { width: 820, height: 1180, percents: [130, 200] },
  { width: 1280, height: 720, percents: [150, 200] },
];

/**
 * WCAG 1.4.4 and 1.4.10: in every size of text and window nothing is wider than the window, no text is cut off, and
 * every control can be brought into view and hit. `cutOnPurpose`: selectors of what is shortened in every size.
 */
export async function expectReflow(page: Page, state: string, cutOnPurpose: readonly string[] = []): Promise<void> {
  const found = await inEverySize(page, findProblems, cutOnPurpose);
  expect(found.map(problem => `${state}, ${problem}`)).toEqual([]);
}

function ofEnds(percent: number): boolean {
  return percent === 100 || percent === 200;
}

/** What a function that runs in the page finds in every size of text and window, each with the size. */
export async function inEverySize<Argument = undefined>(
  page: Page,
  find: (argument: Argument) => string[],
  argument?: Argument,
): Promise<string[]> {
  const found: string[] = [];
  const before = page.viewportSize();
  // A sentence is shorter in Chinese than in English: what fits at both ends fits between them.
  const isShort = await page.evaluate(() => document.documentElement.lang.startsWith('zh'));
  for (const { width, height, percents } of largeTexts) {
    await page.setViewportSize({ width, height });
    for (const percent of isShort ? percents.filter(ofEnds) : percents) {
      await setTextSize(page, percent);
      const problems = await page.evaluate(find as (argument: unknown) => string[], argument);
      found.push(...problems.map(problem => `${width} × ${height}, ${percent} %: ${problem}`));
    }
  }
  if (before !== null) await page.setViewportSize(before);
  await setTextSize(page, 100);
  return found;
}

/** The size of text that somebody has chosen in the browser. The page has been drawn with it, and has taken notice. */
export function setTextSize(page: Page, percent: number): Promise<void> {
  return page.evaluate(async percent => {
    const root = document.documentElement;
    root.style.fontSize = '';
    root.style.fontSize = `${(Number.parseFloat(getComputedStyle(root).fontSize) * percent) / 100}px`;
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  }, percent);
}

/** Runs in the page. */
function findProblems(cutOnPurpose: readonly string[]): string[] {
  const problems: string[] = [];
  const name = (element: Element) =>
    `${element.tagName.toLowerCase()}.${element.className} ${(element.textContent ?? '').trim().slice(0, 30)}`;
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) problems.push(`the page is ${scrollWidth} px wide`);

  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
  const scope = dialog ?? document.body;
  const isSeen = (element: Element) => {
    const box = element.getBoundingClientRect();
    // Also not what is folded away: it has a size all the same.
    const isHidden = !element.checkVisibility({ visibilityProperty: true }) || element.closest('.visually-hidden');
    return box.width > 1 && box.height > 1 && !isHidden;
  };
  const isInOwnScroll = (element: Element): boolean => {
    for (let above = element.parentElement; above !== null && above !== scope; above = above.parentElement)
      if (/auto|scroll/.test(getComputedStyle(above).overflowX) && above.scrollWidth > above.clientWidth) return true;
    return false;
  };
  const all = [...scope.querySelectorAll('*')].filter(isSeen);
  for (const element of all) {
    const box = element.getBoundingClientRect();
    const hasText = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent?.trim());
    const isOutside = box.left < -1 || box.right > innerWidth + 1;
    if (hasText && isOutside && !isInOwnScroll(element)) problems.push(`outside: ${name(element)}`);
    const { overflowX, overflowY } = getComputedStyle(element);
    const isCut =
      (/hidden|clip/.test(overflowX) && element.scrollWidth > element.clientWidth + 1) ||
      (/hidden|clip/.test(overflowY) && element.scrollHeight > element.clientHeight + 1);
    // A line of typing that is longer than its field is scrolled in it.
    const isLine = element instanceof HTMLInputElement;
    if (isCut && !isLine && !cutOnPurpose.some(selector => element.matches(selector)))
      problems.push(`cut off: ${name(element)}`);
  }
  for (const control of scope.querySelectorAll<HTMLElement>('a[href], button, input, textarea, select')) {
    // A ticket that has gone elsewhere shows where to, and is no control, until nobody is at the board.
    if (!isSeen(control) || (control as HTMLButtonElement).disabled || control.closest('[inert]')) continue;
    control.scrollIntoView({ block: 'center', inline: 'center' });
    const box = control.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const hit = document.elementFromPoint(x, y);
    const isHit = hit !== null && (control.contains(hit) || hit.closest('label')?.htmlFor === control.id);
    if (!isHit) problems.push(`not to be hit: ${name(control)}, below ${hit === null ? 'nothing' : name(hit)}`);
  }
  scrollTo(0, 0);
  return [...new Set(problems)];
}

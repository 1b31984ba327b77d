import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../support/browser/page-session.ts';
import { live } from './shop/hands.ts';

const session = pageSession();

/** A thousand dishes with names of 60 characters, of 40 categories that take turns. */
function longMenu(): void {
  const dishes = Array.from({ length: 1_000 }, (_, n) => ({
    id: `d${n}`,
    name: `${'很长的菜名'.repeat(12)} ${n}`.slice(-60),
    category: `分类 ${n % 40}`,
    priceCents: 100 + n,
    available: true,
  }));
  session.server().shop().changeSettings({ dishes });
}

/** Counts the prices that a page draws: each row has one. Gives how many were drawn while something is done. */
async function countDrawn(page: Page): Promise<(act: () => Promise<void>) => Promise<number>> {
  await page.evaluate(() => {
    const { prototype } = Intl.NumberFormat;
    const format = Object.getOwnPropertyDescriptor(prototype, 'format')?.get;
    Object.assign(window, { drawn: 0 });
    Object.defineProperty(prototype, 'format', {
      get(this: Intl.NumberFormat) {
        (window as unknown as { drawn: number }).drawn += 1;
        return format?.call(this);
      },
    });
  });
  const drawn = () => page.evaluate(() => (window as unknown as { drawn: number }).drawn);
  return async act => {
    const before = await drawn();
    await act();
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    return (await drawn()) - before;
  };
}

/** The most rows that one turn of the page has put in. */
async function watchTurns(page: Page, row: string): Promise<() => Promise<number>> {
  await page.evaluate(selector => {
    Object.assign(window, { most: 0 });
    new MutationObserver(changes => {
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
      const elements = added.filter((node): node is Element => node instanceof Element);
      const rows = elements.flatMap(one => [
        ...(one.matches(selector) ? [one] : []),
        ...one.querySelectorAll(selector),
      ]);
      const held = window as unknown as { most: number };
      held.most = Math.max(held.most, new Set(rows).size);
    }).observe(document.body, { childList: true, subtree: true });
  }, row);
  return () => page.evaluate(() => (window as unknown as { most: number }).most);
}

describe('9.10: a menu of a thousand dishes', () => {
  test('comes in a few rows at a time, all of them, and again when a search is over', async () => {
    longMenu();
    const page = await session.customer('');
    await page.getByTestId('shop-shop1').waitFor();
    const mostAtOnce = await watchTurns(page, '.dish');
    await page.getByTestId('shop-shop1').click();
    await eventually(() => page.locator('.dish').count(), 1_000);
    await page.getByTestId('search').fill('99');
    await eventually(() => page.locator('.dish').count(), 19);
    await page.getByTestId('search').fill('');
    await eventually(() => page.locator('.dish').count(), 1_000);
    expect(await mostAtOnce()).toBeLessThanOrEqual(24);
  });

  test('draws one row anew when a dish is added', async () => {
    longMenu();
    const page = await session.customer();
    await eventually(() => page.locator('.dish').count(), 1_000);
    const drawn = await countDrawn(page);
    const perTap = await drawn(async () => {
      await page.getByTestId('more-d0').click();
      await page.getByTestId('quantity-d0').waitFor();
    });
    expect(perTap).toBeGreaterThan(0);
    expect(perTap).toBeLessThan(10);
  });

  test('shows its last category at a tap, before all rows have come', async () => {
    longMenu();
    const page = await session.customer();
    await page.locator('.categories').getByText('分类 39', { exact: true }).click();
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'category-39');
    const heading = page.locator('#category-39');
    await eventually(async () => ((await heading.boundingBox())?.y ?? 9_999) < 844, true);
  });

  test('is there for the shop in its dialogs, a few rows at a time, and moving one draws few anew', async () => {
    longMenu();
    const page = await live(await session.screen());
    const mostAtOnce = await watchTurns(page, '.dish, li.menu-row');
    await page.getByTestId('dishes').click();
    await eventually(() => page.locator('.dish-list .dish').count(), 1_000);
    await page.getByTestId('edit-menu').click();
    await eventually(() => page.locator('li.menu-row').count(), 1_000);
    expect(await mostAtOnce()).toBeLessThanOrEqual(24);
    const drawn = await countDrawn(page);
    const perMove = await drawn(async () => {
      await page.getByTestId('down-d0').click();
      await eventually(async () => session.server().shop().settings.dishes?.[0]?.id, 'd40');
    });
    expect(perMove).toBeLessThan(20);
  });
});

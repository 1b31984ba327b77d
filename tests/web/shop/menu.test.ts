import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../../support/browser/page-session.ts';
import { live } from './hands.ts';

const session = pageSession();
const shop = () => session.server().shop();

describe('the menu', () => {
  async function openMenu(options = {}): Promise<Page> {
    const page = await live(await session.screen(options));
    await page.getByTestId('dishes').click();
    await page.getByTestId('edit-menu').click();
    return page;
  }

  test('gets a new dish, whose price is kept to the cent; what is wrong is said beside the field', async () => {
    const page = await openMenu();
    await page.getByTestId('new-dish').click();
    await page.getByTestId('dish-price').fill('12.345');
    await page.getByTestId('dish-save').click();
    await page.getByTestId('dish-name-error').waitFor();
    expect(await page.getByTestId('dish-price-error').textContent()).toContain('12.50');
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'dish-name');
    await page.getByTestId('dish-name').fill('<i>凉皮</i>');
    await page.getByTestId('dish-form').getByText('主食 Staples').click();
    await page.getByTestId('dish-price').fill('１２．３');
    await page.getByTestId('dish-save').click();
    await eventually(() => page.getByTestId('dish-form').count(), 0);
    const dish = shop().settings.dishes?.find(({ name }) => name === '<i>凉皮</i>');
    expect(dish).toMatchObject({ priceCents: 1230, category: '主食 Staples', available: true });
    await page.getByTestId(`edit-${dish?.id}`).getByText('¥12.30').waitFor();
  });

  test('changes a dish, marks it as sold out, and removes it after a second tap', async () => {
    const page = await openMenu();
    await page.getByTestId('edit-rice').click();
    expect(await page.getByTestId('dish-price').inputValue()).toBe('2.00');
    await page.getByTestId('dish-price').fill('2.5');
    await page.getByTestId('dish-available').click();
    await page.getByTestId('dish-save').click();
    await eventually(async () => shop().settings.dishes?.find(({ id }) => id === 'rice')?.priceCents, 250);
    await page.getByTestId('edit-rice').getByText('Sold out').waitFor();
    await page.getByTestId('edit-rice').click();
    await page.getByTestId('dish-remove').click();
    expect(await page.getByTestId('dish-form').count()).toBe(1);
    await page.getByTestId('dish-remove').click();
    await eventually(() => page.getByTestId('edit-rice').count(), 0);
    expect(shop().settings.dishes?.some(({ id }) => id === 'rice')).toBe(false);
  });

  test('is put in order by key, dish by dish and category by category, and the focus goes along', async () => {
    const page = await openMenu();
    const order = async () =>
      shop()
        .settings.dishes?.map(({ id }) => id)
        .join(' ');
    await page.getByTestId('down-mapo').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await eventually(order, 'kungpao fish mapo egg rice noodles soup tea');
    await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'down-mapo');
    await page.getByTestId('up-category-主食 Staples').click();
    await eventually(order, 'rice noodles kungpao fish mapo egg soup tea');
    await page.getByTestId('rename-汤 Soups').click();
    await page.getByTestId('category-name').fill('例汤');
    await page.getByTestId('category-save').click();
    await eventually(async () => shop().settings.dishes?.find(({ id }) => id === 'soup')?.category, '例汤');
    await eventually(order, 'rice noodles kungpao fish mapo egg soup tea');
  });

  test('9.10: of a thousand dishes with ids of 64 characters is put in order, and a category of it renamed, in one command each', async () => {
    const page = await openMenu();
    const dish = (n: number) => ({
      name: `菜${n}`,
      category: n <= 500 ? '热菜' : '主食',
      priceCents: n,
      available: true,
    });
    const dishes = Array.from({ length: 1_000 }, (_, n) => ({
      id: `${'𠮷'.repeat(60)}${n + 1}`.slice(-124),
      ...dish(n + 1),
    }));
    shop().changeSettings({ dishes });
    const [first = { id: '' }, second = { id: '' }] = dishes;
    await page.getByTestId(`down-${first.id}`).click();
    await eventually(async () => shop().settings.dishes?.[0]?.id === second.id, true);
    await page.getByTestId('rename-热菜').click();
    await page.getByTestId('category-name').fill('招牌菜');
    await page.getByTestId('category-save').click();
    await eventually(async () => shop().settings.dishes?.filter(({ category }) => category === '招牌菜').length, 500);
    await page.getByTestId('down-category-招牌菜').click();
    await eventually(async () => shop().settings.dishes?.[0]?.category, '主食');
  });
});

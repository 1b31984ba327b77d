import { readFileSync } from 'node:fs';
import { menuToCsv } from '../../../functions/domain/menu-file/export.ts';
import { eventually, expectAccessible, looks, pageSession, phone } from '../../support/browser/page-session.ts';
import { chooseMenuFile, openMenuFile } from '../../support/browser/shop-forms.ts';
import { live } from './hands.ts';

// The menu as a table: out, and in again. What is wrong is said with line and column, what would change before it does.

const session = pageSession();
const menu = () => session.server().shop().settings.dishes ?? [];
const head = 'kind,id,name,price,max\n';

test('what goes out comes in again as it was, and there is nothing to change', async () => {
  const page = await live(await session.screen());
  await openMenuFile(page);
  const download = page.waitForEvent('download');
  await page.getByTestId('menu-download').click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('shop1-menu.csv');
  const text = readFileSync(await file.path(), 'utf8');
  expect(text).toBe(menuToCsv(menu(), 'CNY'));
  await chooseMenuFile(page, text);
  await page.getByTestId('menu-file-effect').getByText('nothing to change').waitFor();
  expect(await page.getByTestId('menu-file-save').count()).toBe(0);
});

test.each(looks)('its effect is shown, and happens when somebody says so (%s, %s)', async (locale, colorScheme) => {
  const page = await live(await session.screen({ ...phone, locale, colorScheme }));
  await page.getByTestId('more').click();
  await page.getByTestId('more-dishes').click();
  await page.getByTestId('edit-menu').click();
  await page.getByTestId('menu-as-file').click();
  const [kept] = menu();
  const before = [...menu()];
  const dearer = { ...kept, priceCents: (kept?.priceCents ?? 0) + 100 } as (typeof before)[number];
  const fresh = { id: 'new', name: '凉皮 Cold noodles', category: '', priceCents: 900, available: true };
  await chooseMenuFile(page, menuToCsv([dearer, fresh], 'CNY'));
  const words = locale === 'zh-CN' ? ['新增 1 道', '修改 1 道', '删除'] : ['1 new', '1 changed', 'gone'];
  for (const one of words) await page.getByTestId('menu-file-counts').getByText(one).waitFor();
  await page.getByTestId('menu-file-effect').getByText('凉皮 Cold noodles').waitFor();
  await expectAccessible(page);
  expect(menu()).toEqual(before);
  await page.getByTestId('menu-file-save').click();
  await eventually(() => page.getByTestId('menu-file-dialog').count(), 0);
  expect(menu()).toMatchObject([dearer, fresh]);
});

test.each(
  looks,
)('every fault is said with its line and column, and nothing changes (%s, %s)', async (locale, scheme) => {
  const page = await live(await session.screen({ locale, colorScheme: scheme }));
  await openMenuFile(page);
  const before = [...menu()];
  await chooseMenuFile(page, `${head}dish,a,A,cheap,\ndish,b,,1,3\n`);
  const faults = page.getByTestId('menu-file-faults').locator('li');
  await eventually(() => faults.count(), 3);
  const said = (await faults.allInnerTexts()).join('\n');
  for (const [chinese, english] of [
    ['第 2 行 D 列（price）：要填 CNY 金额', 'line 2, column D (price): must be an amount in CNY'],
    ['第 3 行 E 列（max）：dish 行的这一格要留空', 'line 3, column E (max): a row of kind dish says nothing here'],
    ['第 3 行 C 列（name）：要填名称', 'line 3, column C (name): must be 1 to 60 characters'],
  ] as const)
    expect(said).toContain(locale === 'zh-CN' ? chinese : english);
  await expectAccessible(page);
  expect(await page.getByTestId('menu-file-save').count()).toBe(0);
  // Mended, it is read again under the same name.
  await chooseMenuFile(page, `${head}dish,a,A,1,\n`);
  await page.getByTestId('menu-file-save').waitFor();
  expect(await faults.count()).toBe(0);
  expect(menu()).toEqual(before);
});

test('a file of yesterday names what it would take off the list of what is sold out', async () => {
  const page = await live(await session.screen());
  await openMenuFile(page);
  const yesterday = menuToCsv(menu(), 'CNY');
  session.server().shop().command('1', { op: 'set_dish', dish: 'rice', available: false });
  await chooseMenuFile(page, yesterday);
  const { name = '?' } = menu().find(({ id }) => id === 'rice') ?? {};
  await page.getByTestId('menu-file-back-again').getByText(name).waitFor();
  await expectAccessible(page);
  await chooseMenuFile(page, yesterday.replaceAll(',yes,', ',,'));
  await page.getByTestId('menu-file-effect').getByText('nothing to change').waitFor();
  expect(await page.getByTestId('menu-file-back-again').count()).toBe(0);
});

test('a menu that no frame holds goes in parts, and is there as a whole', async () => {
  const page = await live(await session.screen());
  const many = Array.from({ length: 300 }, (_, index) => ({
    ...{ id: `dish-${index}`, name: `菜 ${index}`, category: '主食', priceCents: index, available: true },
    description: '面'.repeat(60),
  }));
  await openMenuFile(page);
  await chooseMenuFile(page, menuToCsv(many, 'CNY'));
  await page.getByTestId('menu-file-save').click();
  await eventually(() => page.getByTestId('menu-file-dialog').count(), 0);
  expect(menu()).toHaveLength(300);
  expect(menu()[299]).toMatchObject({ id: 'dish-299', priceCents: 299 });
});

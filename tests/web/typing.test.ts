import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../support/browser/page-session.ts';
import { fillCart } from './order/hands.ts';

// Text as phones, keyboards, input methods, the clipboard and password managers bring it.

const session = pageSession();

/** What an input method shows in the field that has the focus, and has not put in yet. */
async function compose(page: Page, text: string): Promise<{ commit(): Promise<void> }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  return { commit: async () => void (await session.send('Input.insertText', { text })) };
}

/** Puts text into a field as the clipboard would. */
async function paste(page: Page, testid: string, text: string): Promise<void> {
  await page.getByTestId(testid).fill('');
  await page.getByTestId(testid).focus();
  await page.evaluate(pasted => document.execCommand('insertText', false, pasted), text);
}

interface Sent {
  customer: { name: string; phone: string; address: string };
  note?: string;
  items: { note?: string }[];
}

function lastSent(): Sent | undefined {
  const post = session.server().posts.at(-1);
  return post === undefined ? undefined : (JSON.parse(post.body) as Sent);
}

describe('the customer’s page', () => {
  test('9.9: sends what was meant by what was pasted, notes included', async () => {
    const page = await session.customer();
    await fillCart(page);
    await paste(page, 'name', '\u202a王小明\u202c\u200b ');
    await paste(page, 'phone', 'tel:\u202a+86\u00a0１３８\u20110013\u20118000\u202c 转 123');
    await paste(page, 'address', '中山路 1 号\r\n2 单元\u3000 \r\n');
    await paste(page, 'note', '不要葱 \n\n\n\u200b谢谢\t');
    await page.getByTestId('add-note').first().click();
    await page.getByTestId('line-mapo').locator('textarea').fill(' 少辣\u200b ');
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    expect(lastSent()).toMatchObject({
      customer: { name: '王小明', phone: '+86 138-0013-8000 #123', address: '中山路 1 号 2 单元' },
      note: '不要葱\n\n谢谢',
      items: [{ note: '少辣' }, {}],
    });
  });

  test('9.9: takes notes that differ in what nobody sees for the same', async () => {
    const page = await session.customer();
    await fillCart(page);
    const lines = page.getByTestId('line-mapo');
    await lines.nth(0).getByTestId('add-note').click();
    await lines.nth(0).locator('textarea').fill('少辣');
    await lines.nth(0).getByTestId('another').click();
    await lines.nth(1).getByTestId('add-note').click();
    await lines.nth(1).locator('textarea').fill('少辣 \u200b');
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    expect(lastSent()?.items).toEqual([
      { dish: 'mapo', quantity: 2, note: '少辣' },
      { dish: 'rice', quantity: 2 },
    ]);
  });

  test('9.9: says beside the field what does not belong, and cuts off nothing', async () => {
    const page = await session.customer();
    await fillCart(page);
    await paste(page, 'phone', '138 0013 8000 Wang');
    await paste(page, 'name', '🌶'.repeat(51));
    await page.getByTestId('place').click();
    expect(await page.getByTestId('phone-error').textContent()).toContain('“Wang”');
    expect(await page.getByTestId('name-error').textContent()).toContain('51 of 50');
    expect(await page.getByTestId('name').inputValue()).toBe('🌶'.repeat(51));
    await page.getByTestId('name').fill('🌶'.repeat(50));
    await paste(page, 'phone', '138 0013 8000');
    await paste(page, 'note', '🌶'.repeat(200));
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    expect([...(lastSent()?.note ?? '')]).toHaveLength(200);
  });

  test.each(['no event', 'change'])('9.9: orders with what the browser filled in with %s', async told => {
    const page = await session.customer();
    await fillCart(page);
    await page.evaluate(told => {
      for (const [id, value] of Object.entries({ name: 'Li Lei', phone: '13900139000', address: 'Renmin Rd 2' })) {
        const field = document.getElementById(id) as HTMLInputElement;
        field.value = value;
        if (told === 'change') field.dispatchEvent(new Event('change', { bubbles: true }));
      }
    }, told);
    // News of the menu draw the page anew.
    session.server().shop().setDish('rice', { name: 'Rice of today' });
    await page.getByTestId('line-rice').locator('.dish-name', { hasText: 'Rice of today' }).waitFor();
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    expect(lastSent()?.customer).toEqual({ name: 'Li Lei', phone: '13900139000', address: 'Renmin Rd 2' });
  });

  test('9.9: sends nothing with the Enter that chooses a word of an input method', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('name').fill('');
    await page.getByTestId('name').focus();
    const word = await compose(page, 'wang');
    await page.keyboard.press('Enter');
    await word.commit();
    // Safari ends the composition before it reports the key.
    await page.getByTestId('name').evaluate(field => {
      const key = new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true });
      if (field.dispatchEvent(key)) (field as HTMLInputElement).form?.requestSubmit();
    });
    expect(session.server().posts).toEqual([]);
    await eventually(() => page.getByTestId('name').inputValue(), 'wang');
    await page.keyboard.press('Enter');
    await page.getByTestId('status').waitFor();
    expect(lastSent()?.customer.name).toBe('wang');
  });

  test('9.9: leaves a word alone that is being composed while the menu changes', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('name').fill('');
    await page.getByTestId('name').focus();
    const word = await compose(page, '王');
    session.server().shop().setDish('rice', { name: 'Rice of today' });
    await page.getByTestId('line-rice').locator('.dish-name', { hasText: 'Rice of today' }).waitFor();
    await word.commit();
    await eventually(() => page.getByTestId('name').inputValue(), '王');
  });

  test('9.17: finds a dish whatever the spaces and accents', async () => {
    session.server().shop().setDish('mapo', { name: '锅包肉 Guo bao rou' });
    const page = await session.customer();
    for (const typed of ['guobaorou', 'GUO BAO', '包肉 guo', 'gbr']) {
      await page.getByTestId('search').fill(typed);
      await eventually(() => page.locator('[data-testid^="dish-"]').count(), 1);
      await page.getByTestId('dish-mapo').waitFor();
    }
  });
});

describe('the shop’s page', () => {
  test('9.9: takes prices and names as they were meant, and keeps a dialog open while a word is composed', async () => {
    const page = await session.screen();
    await page.getByTestId('dishes').click();
    await page.getByTestId('edit-menu').click();
    await page.getByTestId('new-dish').click();
    await paste(page, 'dish-name', '\u202a锅贴\u202c\t');
    await paste(page, 'dish-category', '点心\u200b');
    await paste(page, 'dish-price', '￥１．234,5０');
    await page.getByTestId('dish-name').focus();
    const word = await compose(page, 'guotie');
    await page.keyboard.press('Escape');
    await page.getByTestId('dish-form').waitFor();
    await word.commit();
    await paste(page, 'dish-name', '锅贴');
    await page.getByTestId('dish-save').click();
    await page.getByTestId('dish-form').waitFor({ state: 'detached' });
    const dishes = session.server().shop().settings.dishes ?? [];
    expect(dishes.find(({ name }) => name === '锅贴')).toMatchObject({ category: '点心', priceCents: 123_450 });
  });
});

import type { Page } from 'playwright-core';

/** From the menu to a checkout that only waits for the last tap: one mapo, two rice, 26 yuan. */
export async function fillCart(page: Page): Promise<void> {
  await page.getByTestId('more-mapo').click();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await fillDetails(page);
}

/** Who orders. The phone number is typed as a Chinese keyboard may leave it. */
export async function fillDetails(page: Page): Promise<void> {
  await page.getByTestId('name').fill('王小明');
  await page.getByTestId('phone').fill('１３８ 0000 0000');
  await page.getByTestId('address').fill('中山路 1 号');
}

/** The status that the page of an order shows. */
export function shownStatus(page: Page): Promise<string | null> {
  return page.getByTestId('status').getAttribute('data-status');
}

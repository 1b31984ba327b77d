import type { Page } from 'playwright-core';
import { eventually } from './page-session.ts';

// The forms of the shop's page in English, filled in as a person does: by taps and typing. Each ends when it is saved.

/** A group of choices as it is typed: prices in the currency itself. */
export interface TypedGroup {
  name: string;
  min: number;
  max: number;
  choices: readonly (readonly [name: string, price: string])[];
}

/** Opens one of the forms for how the shop sells. */
async function openTerms(page: Page, part: string): Promise<void> {
  await page.getByTestId('settings').click();
  await page.getByTestId('terms').click();
  await page.getByTestId(`edit-${part}`).click();
}

/** Saves it, once it says what customers will see, and goes back to the orders. */
async function saveTerms(page: Page, part: string, seen: string): Promise<void> {
  await page.getByTestId('preview').getByText(seen).first().waitFor();
  await page.getByTestId('terms-save').click();
  await eventually(() => page.getByTestId(`${part}-form`).count(), 0);
  await closeDialog(page);
}

/** Closes the dialog on top. */
export async function closeDialog(page: Page): Promise<void> {
  const open = await page.locator('dialog').count();
  await page.keyboard.press('Escape');
  await eventually(async () => (await page.locator('dialog').count()) < open, true);
}

/** The same period on every day of the week: typed for Monday, then taken over day by day. */
export async function setHours(page: Page, from: string, to: string): Promise<void> {
  await openTerms(page, 'hours');
  if ((await page.getByTestId('day-0-from-0').count()) === 0) await page.getByTestId('day-0-add').click();
  await page.getByTestId('day-0-from-0').fill(from);
  await page.getByTestId('day-0-to-0').fill(to);
  for (const day of [1, 2, 3, 4, 5, 6]) await page.getByTestId(`day-${day}-copy`).click();
  await saveTerms(page, 'hours', from);
}

/** Pickup, and delivery for a fee from a sum on, to one area. */
export async function setFulfilment(page: Page, how: { minimum: string; fee: string; area: string }): Promise<void> {
  await openTerms(page, 'fulfilment');
  await page.getByTestId('pickup').click();
  await page.getByTestId('delivery-minimum').fill(how.minimum);
  await page.getByTestId('delivery-fee').fill(how.fee);
  await page.getByTestId('add-area').click();
  await page.getByRole('textbox', { name: 'Name of the area' }).fill(how.area);
  await saveTerms(page, 'fulfilment', how.area);
}

/** Orders for later. */
export async function setLater(page: Page, numbers: Readonly<Record<string, string>>): Promise<void> {
  await openTerms(page, 'later');
  await page.getByTestId('takes-later').click();
  for (const [name, text] of Object.entries(numbers)) await page.getByTestId(`later-${name}`).fill(text);
  await saveTerms(page, 'later', numbers.perSlot ?? '');
}

/** A new dish with groups of choices. */
export async function addDish(
  page: Page,
  dish: { name: string; category: string; price: string; packaging: string; groups: readonly TypedGroup[] },
): Promise<void> {
  await page.getByTestId('dishes').click();
  await page.getByTestId('edit-menu').click();
  await page.getByTestId('new-dish').click();
  for (const field of ['name', 'category', 'price'] as const) await page.getByTestId(`dish-${field}`).fill(dish[field]);
  const form = page.getByTestId('dish-form');
  await form.getByTestId('more-of-dish').locator('summary').first().click();
  for (const [index, group] of dish.groups.entries()) {
    await form.getByTestId('add-option').click();
    await fillGroup(page, index, group);
  }
  await form.getByTestId('dish-packaging').fill(dish.packaging);
  await form.getByTestId('dish-save').click();
  await eventually(() => form.count(), 0);
  await closeDialog(page);
}

async function fillGroup(page: Page, index: number, { name, min, max, choices }: TypedGroup): Promise<void> {
  const group = page.getByTestId(/^option-editor-/).nth(index);
  await group.getByLabel('Name of the group').fill(name);
  await group.getByLabel('At least').fill(String(min));
  await group.getByLabel('At most').fill(String(max));
  for (const [place, [choice, price]] of choices.entries()) {
    if (place > 0) await group.getByTestId(/^add-choice-/).click();
    await group.getByLabel('Choice', { exact: true }).nth(place).fill(choice);
    await group.getByLabel(/^Adds/).nth(place).fill(price);
  }
}

/** A key for somebody else. Answers the link that is shown once. */
export async function makeKey(page: Page, name: string, role: string): Promise<string> {
  await page.getByTestId('settings').click();
  await page.getByTestId('keys').click();
  await page.getByTestId('key-name').fill(name);
  await page.getByTestId(`role-${role}`).click();
  await page.getByTestId('make-key').click();
  const link = await page.getByTestId('made-link').innerText();
  await page.getByTestId('made-done').click();
  await closeDialog(page);
  return link;
}

/** Takes a key away. */
export async function revokeKey(page: Page, name: string): Promise<void> {
  await page.getByTestId('settings').click();
  await page.getByTestId('keys').click();
  const line = page.getByTestId('keys-dialog').locator('li', { hasText: name });
  await line.getByTestId(/^revoke-/).click();
  await page.getByTestId('revoke-sure').click();
  await eventually(() => line.count(), 0);
  await closeDialog(page);
}

/** Opens what the menu is as a table. */
export async function openMenuFile(page: Page): Promise<void> {
  await page.getByTestId('dishes').click();
  await page.getByTestId('edit-menu').click();
  await page.getByTestId('menu-as-file').click();
  await page.getByTestId('menu-file-dialog').waitFor();
}

/** Chooses a file with this text, as the dialog of the system does. */
export async function chooseMenuFile(page: Page, text: string): Promise<void> {
  const file = { name: 'menu.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  await page.getByTestId('menu-file').setInputFiles(file);
}

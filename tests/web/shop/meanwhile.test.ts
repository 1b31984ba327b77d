import type { Page } from 'playwright-core';
import type { Dish } from '../../../functions/domain/frames.ts';
import { putOf, typedDish } from '../../../web/shop/menu/dish-typed.ts';
import { onTopOf } from '../../../web/shop/on-top-of.ts';
import { eventually, expectAccessible, looks, pageSession } from '../../support/browser/page-session.ts';
import { live } from './hands.ts';

// Two people at once: what a form did not touch stays as others have left it, and what it would undo is said before.

const choice = (id: string, available = true) => ({ id, name: id.toUpperCase(), priceCents: 0, available, max: 1 });
const dish: Dish = {
  ...{ id: 'noodles', name: '牛肉面', category: '面', priceCents: 2_000, available: true },
  options: [{ id: 'size', name: 'Size', min: 1, max: 1, choices: [choice('s'), choice('l')] }],
};

test('what was not touched is as it is now, and what was touched as it was typed', () => {
  const before = { fee: '3', minimum: '', areas: [{ id: 'a', name: 'East' }] };
  const present = { fee: '4', minimum: '20', areas: [{ name: 'North', id: 'b' }] };
  expect(onTopOf(present, before, { ...before, fee: '5' })).toEqual({ ...present, fee: '5' });
  expect(onTopOf(present, before, { ...before, areas: [{ name: 'East', id: 'a' }] })).toEqual(present);
});

test('a dish is sent with its availability of now, unless that was switched here, and without that of its choices', () => {
  const typed = { ...typedDish(dish, 2), price: '22' };
  const soldOut = { ...dish, available: false };
  const put = putOf(typed, 2, dish.id, soldOut);
  expect(put).toMatchObject({ op: 'put_dish', dish: 'noodles', available: false, priceCents: 2_200 });
  expect(put.options?.[0]?.choices.map(one => 'available' in one)).toEqual([false, false]);
  expect(putOf({ ...typed, available: true }, 2, dish.id, soldOut).available).toBe(true);
  expect(putOf(typed, 2, 'new', undefined).available).toBe(true);
});

describe('in the page', () => {
  /** A tap of several, of which the first may come before anybody can have read; the form may close meanwhile. */
  const tap = (page: Page, id: string) =>
    page
      .getByTestId(id)
      .click({ timeout: 2_000 })
      .catch(() => undefined);

  const session = pageSession();
  const shop = () => session.server().shop();

  test.each(looks)('saving a dish undoes nothing that others have done (%s, %s)', async (locale, colorScheme) => {
    shop().command('their dish', putOf(typedDish(dish, 2), 2, dish.id, dish));
    const noodles = () => shop().settings.dishes?.find(({ id }) => id === 'noodles');
    const page = await live(await session.screen({ locale, colorScheme }));
    await page.getByTestId('dishes').click();
    await page.getByTestId('edit-menu').click();
    await page.getByTestId('edit-noodles').click();
    shop().command('1', { op: 'set_choice', dish: 'noodles', option: 'size', choice: 'l', available: false });
    shop().command('2', { op: 'set_dish', dish: 'noodles', available: false });
    await eventually(() => page.getByTestId('dish-available').getAttribute('aria-checked'), 'false');
    await page.getByTestId('dish-price').fill('22');
    await page.getByTestId('dish-save').click();
    await eventually(() => page.getByTestId('dish-form').count(), 0);
    const sizes = [{ choices: [{ available: true }, { available: false }] }];
    expect(noodles()).toMatchObject({ priceCents: 2_200, available: false, options: sizes });

    // Another name, and a tap on save: first it is said, and nothing is saved.
    await page.getByTestId('edit-noodles').click();
    shop().command('3', { ...putOf(typedDish(noodles(), 2), 2, 'noodles', noodles()), name: '拉面' });
    await page.getByTestId('edit-noodles').getByText('拉面').waitFor({ state: 'attached' });
    await page.getByTestId('dish-price').fill('24');
    await page.getByTestId('dish-save').click();
    await page.getByTestId('changed-meanwhile').waitFor();
    expect(noodles()).toMatchObject({ name: '拉面', priceCents: 2_200 });
    expect(await page.getByTestId('dish-name').inputValue()).toBe('拉面');
    await expectAccessible(page);
    await eventually(async () => {
      if (noodles()?.priceCents !== 2_400) await tap(page, 'dish-save');
      return noodles()?.priceCents;
    }, 2_400);
    await eventually(() => page.getByTestId('dish-form').count(), 0);
    expect(noodles()).toMatchObject({ name: '拉面', priceCents: 2_400, available: false, options: sizes });

    // A dish that is gone is put back only by who knows that.
    await page.getByTestId('edit-noodles').click();
    shop().command('4', { op: 'remove_dish', dish: 'noodles' });
    await eventually(() => page.getByTestId('edit-noodles').count(), 0);
    await page.getByTestId('dish-save').click();
    await page.getByTestId('removed-meanwhile').waitFor();
    expect(noodles()).toBeUndefined();
    await eventually(async () => {
      if (noodles() === undefined) await tap(page, 'dish-save');
      return noodles()?.priceCents;
    }, 2_400);
  });

  test.each(looks)('a form for the terms saves over nobody unasked (%s, %s)', async (locale, colorScheme) => {
    const delivery = { minimumCents: 0, feeCents: 300, freeFromCents: null, areas: [] };
    shop().command('1', { op: 'set_fulfilment', pickup: true, delivery });
    const page = await live(await session.screen({ locale, colorScheme }));
    const open = async () => {
      await page.getByTestId('edit-fulfilment').click();
      await page.getByTestId('delivery-fee').waitFor();
    };
    await page.getByTestId('settings').click();
    await page.getByTestId('terms').click();
    await open();
    const areas = [{ id: 'north', name: 'North' }];
    shop().command('2', { op: 'set_fulfilment', pickup: true, delivery: { ...delivery, minimumCents: 1_000, areas } });
    await page.getByTestId('edit-fulfilment').getByText('¥10.00').waitFor({ state: 'attached' });
    await page.getByTestId('delivery-fee').fill('5');
    await page.getByTestId('terms-save').click();
    await page.getByTestId('changed-meanwhile').waitFor();
    expect(shop().settings.delivery).toMatchObject({ feeCents: 300, areas });
    await page.getByTestId('preview').getByText('North').waitFor();
    expect(await page.getByTestId('delivery-minimum').inputValue()).toBe('10.00');
    await expectAccessible(page);
    await eventually(async () => {
      if (shop().settings.delivery?.feeCents !== 500) await tap(page, 'terms-save');
      return shop().settings.delivery?.feeCents;
    }, 500);
    await eventually(() => page.getByTestId('fulfilment-form').count(), 0);
    expect(shop().settings.delivery).toMatchObject({ feeCents: 500, minimumCents: 1_000, areas });

    // Who would rather not goes back to what is there.
    await open();
    shop().command('3', { op: 'set_fulfilment', pickup: true, delivery });
    await page.getByTestId('edit-fulfilment').getByText('¥3.00').waitFor({ state: 'attached' });
    await page.getByTestId('delivery-fee').fill('9');
    // The second of two quick taps is for what stood there before.
    await page.getByTestId('terms-save').dblclick();
    await page.getByTestId('changed-meanwhile').waitFor();
    expect(shop().settings.delivery).toEqual(delivery);
    await eventually(async () => {
      const drop = page.getByTestId('drop-typed');
      if ((await drop.count()) > 0) await drop.click();
      return drop.count();
    }, 0);
    expect(await page.getByTestId('delivery-fee').inputValue()).toBe('3.00');
  });
});

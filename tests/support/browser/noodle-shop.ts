import type { Dish, ShopSettings } from '../../../functions/domain/frames.ts';
import { noodleShop } from '../../../functions/init_db/demo-noodle-shop.ts';

const { id: _, dishes = [], ...terms } = noodleShop;

/** What a fake shop becomes the demo shop with: pictures, choices, hours, pickup, areas, discounts, orders for later. */
export const noodleSettings = {
  ...terms,
  dishes: dishes.map(({ options, ...dish }) => ({
    ...dish,
    available: true,
    ...(options === undefined
      ? {}
      : {
          options: options.map(option => ({
            ...option,
            choices: option.choices.map(choice => ({ ...choice, available: true })),
          })),
        }),
  })) as Dish[],
} as Partial<ShopSettings>;

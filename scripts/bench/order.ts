import type { ShopDefinition } from '../../functions/domain/init-event.ts';
import type { OrderRequest } from '../../functions/domain/place-order.ts';

/** A shop with ten dishes, or so many; with options only where it is said. */
export function menuOf(id: string, { count = 10, hasOptions = false } = {}): ShopDefinition {
  const dishes = Array.from({ length: count }, (_, n) => ({
    id: `dish${n}`,
    name: `宫保鸡丁 Kung pao chicken ${n}`,
    category: '热菜 Mains',
    priceCents: 1_000 + n,
    ...(hasOptions ? { options } : {}),
  }));
  return { id, name: `Bench kitchen ${id}`, currency: 'CNY', timeZone: 'Asia/Shanghai', dishes };
}

/** What noodles come with: a size, how hot, what is on top. */
const options = ['size', 'heat', 'topping'].map(id => ({
  id,
  name: `选项 ${id}`,
  min: id === 'topping' ? 0 : 1,
  max: id === 'topping' ? 3 : 1,
  choices: Array.from({ length: 4 }, (_, n) => ({ id: `${id}${n}`, name: `选择 ${n}`, priceCents: n * 100, max: 1 })),
}));

/** The same order as `orderOf`, with three choices on each line. */
export function orderWithChoices(shop: string, note: string): OrderRequest {
  const order = orderOf(shop, note);
  const choices = options.map(({ id }, n) => ({ option: id, choice: `${id}${n}`, quantity: 1 }));
  return { ...order, items: order.items.map(item => ({ ...item, choices })) };
}

/** An order of three dishes. `note` tells it from others. */
export function orderOf(shop: string, note: string): OrderRequest {
  return {
    shop,
    items: [
      { dish: 'dish1', quantity: 2 },
      { dish: 'dish4', quantity: 1, note: '少辣' },
      { dish: 'dish7', quantity: 3 },
    ],
    customer: { name: '小明', phone: '+86 138 0000 0000', address: '人民路 1 号' },
    note,
  };
}

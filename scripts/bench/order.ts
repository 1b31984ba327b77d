import type { ShopDefinition } from '../../functions/domain/init-event.ts';
import type { OrderRequest } from '../../functions/domain/place-order.ts';

/** A shop with ten dishes. */
export function menuOf(id: string): ShopDefinition {
  const dishes = Array.from({ length: 10 }, (_, n) => ({
    id: `dish${n}`,
    name: `宫保鸡丁 Kung pao chicken ${n}`,
    category: '热菜 Mains',
    priceCents: 1_000 + n,
  }));
  return { id, name: `Bench kitchen ${id}`, currency: 'CNY', timeZone: 'Asia/Shanghai', dishes };
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

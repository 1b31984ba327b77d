import type { ShopDefinition } from '../domain/init-event.ts';

/** Shops to try the system with. */
export const demoShops: ShopDefinition[] = [
  {
    id: 'shop1',
    name: '老王小炒 Wang’s Kitchen',
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    dishes: [
      { id: 'egg-tomato', name: '番茄炒蛋 Tomato and egg', category: '热菜 Mains', priceCents: 1800 },
      { id: 'kungpao', name: '宫保鸡丁 Kung pao chicken', category: '热菜 Mains', priceCents: 3200 },
      { id: 'mapo', name: '麻婆豆腐 Mapo tofu', category: '热菜 Mains', priceCents: 2200 },
      { id: 'twice-cooked', name: '回锅肉 Twice-cooked pork', category: '热菜 Mains', priceCents: 3600 },
      { id: 'greens', name: '清炒时蔬 Seasonal greens', category: '素菜 Vegetables', priceCents: 1600 },
      { id: 'potato', name: '酸辣土豆丝 Hot and sour potato', category: '素菜 Vegetables', priceCents: 1400 },
      { id: 'egg', name: '煎蛋 Fried egg', category: '主食 Staples', priceCents: 300 },
      { id: 'rice', name: '米饭 Rice', category: '主食 Staples', priceCents: 200 },
      { id: 'soup', name: '紫菜蛋花汤 Seaweed egg soup', category: '汤 Soups', priceCents: 1000 },
      { id: 'plum', name: '酸梅汤 Sour plum drink', category: '饮料 Drinks', priceCents: 800 },
    ],
  },
  {
    id: 'shop2',
    name: '兰州牛肉面 Lanzhou Noodles',
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    prepMinutes: 10,
    dishes: [
      { id: 'beef-noodles', name: '牛肉面 Beef noodles', category: '面 Noodles', priceCents: 2000 },
      { id: 'dry-noodles', name: '干拌面 Dry noodles', category: '面 Noodles', priceCents: 2200 },
      { id: 'knife-noodles', name: '刀削面 Knife-cut noodles', category: '面 Noodles', priceCents: 2100 },
      { id: 'beef', name: '酱牛肉 Braised beef', category: '小菜 Sides', priceCents: 2800 },
      { id: 'cucumber', name: '拍黄瓜 Smashed cucumber', category: '小菜 Sides', priceCents: 1000 },
      { id: 'tea-egg', name: '茶叶蛋 Tea egg', category: '小菜 Sides', priceCents: 300 },
      { id: 'soy-milk', name: '豆浆 Soy milk', category: '饮料 Drinks', priceCents: 500 },
    ],
  },
];

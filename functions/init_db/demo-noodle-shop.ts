import type { ShopDefinition } from '../domain/init-event.ts';

type Options = NonNullable<NonNullable<ShopDefinition['dishes']>[number]['options']>;

const size: Options[number] = {
  ...{ id: 'size', name: '份量 Size', min: 1, max: 1 },
  choices: [
    { id: 'small', name: '二两 Small', priceCents: 0, max: 1 },
    { id: 'large', name: '三两 Large', priceCents: 300, max: 1 },
  ],
};

const heat: Options[number] = {
  ...{ id: 'heat', name: '辣度 Heat', min: 1, max: 1 },
  choices: [
    { id: 'none', name: '不辣 Not hot', priceCents: 0, max: 1 },
    { id: 'mild', name: '微辣 Mild', priceCents: 0, max: 1 },
    { id: 'hot', name: '特辣 Very hot', priceCents: 0, max: 1 },
  ],
};

const toppings: Options[number] = {
  ...{ id: 'toppings', name: '加料 Toppings', min: 0, max: 4 },
  choices: [
    { id: 'egg', name: '煎蛋 Fried egg', priceCents: 300, max: 2 },
    { id: 'peas', name: '豌豆 Peas', priceCents: 200, max: 1 },
    { id: 'beef', name: '牛肉 Beef', priceCents: 900, max: 2 },
    { id: 'greens', name: '青菜 Greens', priceCents: 200, max: 1 },
  ],
};

const noodles = '面 Noodles';
const sides = '小吃 Sides';

/** A shop that has all that a shop may have: sizes and toppings, hours, pickup, areas, discounts, orders for later. */
export const noodleShop: ShopDefinition = {
  id: 'shop3',
  name: '山城小面 Chongqing Noodles',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  prepMinutes: 15,
  hours: {
    week: Array.from({ length: 7 }, () => [
      { from: '07:00', to: '14:30' },
      { from: '17:00', to: '02:00' },
    ]),
    exceptions: [{ date: '2027-02-05', periods: [{ from: '07:00', to: '14:00' }] }],
  },
  pickup: true,
  delivery: {
    ...{ minimumCents: 2000, feeCents: 500, freeFromCents: 8000 },
    areas: [
      { id: 'campus', name: '大学城 Campus', feeCents: 200 },
      { id: 'river', name: '江边 Riverside' },
      { id: 'hill', name: '山上 On the hill', feeCents: 800, minimumCents: 4000 },
    ],
  },
  discounts: [{ fromCents: 5000, offCents: 600 }],
  later: { leadMinutes: 30, daysAhead: 2, slotMinutes: 15, perSlot: 4 },
  about: {
    phone: '023 5555 0166',
    address: '解放碑 7 号 7 Jiefangbei',
    note: '红油每天现炼。 Our chilli oil is made every morning.',
    imageUrl: '/pictures/shop3.svg',
  },
  dishes: [
    {
      ...{ id: 'xiaomian', name: '重庆小面 Chongqing noodles', category: noodles, priceCents: 1400 },
      description: '红油、花生碎、榨菜 Chilli oil, peanuts and pickled mustard stem',
      ...{
        allergens: ['gluten', 'peanuts', 'soya', 'sesame'],
        imageUrl: '/pictures/xiaomian.svg',
        packagingCents: 100,
      },
      options: [size, heat, toppings],
    },
    {
      ...{ id: 'pea-noodles', name: '豌杂面 Noodles with peas and pork', category: noodles, priceCents: 1900 },
      description: '软糯豌豆配肉臊 Soft peas and minced pork',
      ...{ allergens: ['gluten', 'soya'], imageUrl: '/pictures/pea-noodles.svg', packagingCents: 100 },
      options: [size, heat, toppings],
    },
    {
      ...{ id: 'tomato-noodles', name: '番茄煎蛋面 Tomato and egg noodles', category: noodles, priceCents: 1700 },
      ...{ description: '一点也不辣 Not hot at all', allergens: ['gluten', 'eggs'] },
      ...{ imageUrl: '/pictures/tomato-noodles.svg', packagingCents: 100, options: [size, toppings] },
    },
    {
      ...{ id: 'wontons', name: '红油抄手 Wontons in chilli oil', category: sides, priceCents: 1600 },
      ...{ allergens: ['gluten', 'soya', 'sesame'], imageUrl: '/pictures/wontons.svg', packagingCents: 100 },
      options: [heat],
    },
    {
      ...{ id: 'jelly', name: '冰粉 Ice jelly', category: sides, priceCents: 800 },
      ...{ description: '红糖、山楂、花生 Brown sugar, hawthorn, peanuts', allergens: ['peanuts'] },
      imageUrl: '/pictures/jelly.svg',
    },
    { id: 'chrysanthemum', name: '菊花茶 Chrysanthemum tea', category: '饮料 Drinks', priceCents: 600 },
  ],
};

import type { ShopDefinition } from '../domain/init-event.ts';
import { noodleShop } from './demo-noodle-shop.ts';

/** The picture of a dish or a shop: the build draws them (web/pictures). */
const picture = (id: string) => ({ imageUrl: `/pictures/${id}.svg` });

/** Open at every hour, so that there is always somewhere to order. */
const kitchen: ShopDefinition = {
  id: 'shop1',
  name: '老王小炒 Wang’s Kitchen',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  pickup: true,
  discounts: [
    { fromCents: 6000, offCents: 500 },
    { fromCents: 10_000, offCents: 1200 },
  ],
  later: { leadMinutes: 45, daysAhead: 3, slotMinutes: 30, perSlot: 6 },
  about: {
    phone: '010 5555 0118',
    address: '人民路 18 号 18 Renmin Road',
    note: '现点现炒，日夜营业。 Cooked to order, day and night.',
    ...picture('shop1'),
  },
  dishes: [
    {
      ...{ id: 'egg-tomato', name: '番茄炒蛋 Tomato and egg', category: '热菜 Mains', priceCents: 1800 },
      ...{ description: '酸甜下饭 Sweet and sour, good with rice', allergens: ['eggs'], ...picture('egg-tomato') },
    },
    {
      ...{ id: 'kungpao', name: '宫保鸡丁 Kung pao chicken', category: '热菜 Mains', priceCents: 3200 },
      description: '鸡丁、花生、干辣椒 Chicken, peanuts and dried chilli',
      ...{ allergens: ['peanuts', 'soya'], ...picture('kungpao') },
    },
    {
      ...{ id: 'mapo', name: '麻婆豆腐 Mapo tofu', category: '热菜 Mains', priceCents: 2200 },
      ...{ description: '又麻又辣 Hot and numbing', allergens: ['soya'], ...picture('mapo') },
    },
    {
      ...{ id: 'twice-cooked', name: '回锅肉 Twice-cooked pork', category: '热菜 Mains', priceCents: 3600 },
      ...{ description: '五花肉配青蒜 Pork belly with leek', allergens: ['soya'], ...picture('twice-cooked') },
      options: [
        {
          ...{ id: 'extra', name: '加料 Extras', min: 0, max: 2 },
          choices: [
            { id: 'tofu', name: '豆干 Dried tofu', priceCents: 400, max: 1 },
            { id: 'leek', name: '多加青蒜 More leek', priceCents: 200, max: 1 },
          ],
        },
      ],
    },
    {
      ...{ id: 'greens', name: '清炒时蔬 Seasonal greens', category: '素菜 Vegetables', priceCents: 1600 },
      ...picture('greens'),
    },
    {
      ...{ id: 'potato', name: '酸辣土豆丝 Hot and sour potato', category: '素菜 Vegetables', priceCents: 1400 },
      ...picture('potato'),
    },
    {
      ...{ id: 'egg', name: '煎蛋 Fried egg', category: '主食 Staples', priceCents: 300 },
      ...{ allergens: ['eggs'], ...picture('egg') },
    },
    { ...{ id: 'rice', name: '米饭 Rice', category: '主食 Staples', priceCents: 200 }, ...picture('rice') },
    {
      ...{ id: 'soup', name: '紫菜蛋花汤 Seaweed egg soup', category: '汤 Soups', priceCents: 1000 },
      ...{ allergens: ['eggs'], ...picture('soup') },
    },
    { ...{ id: 'plum', name: '酸梅汤 Sour plum drink', category: '饮料 Drinks', priceCents: 800 }, ...picture('plum') },
  ],
};

/** As simple as a shop may be: dishes with one price, at any hour, to an address. */
const lanzhou: ShopDefinition = {
  id: 'shop2',
  name: '兰州牛肉面 Lanzhou Noodles',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  prepMinutes: 10,
  about: { ...picture('shop2') },
  dishes: [
    {
      ...{ id: 'beef-noodles', name: '牛肉面 Beef noodles', category: '面 Noodles', priceCents: 2000 },
      ...{ allergens: ['gluten'], ...picture('beef-noodles') },
    },
    {
      ...{ id: 'dry-noodles', name: '干拌面 Dry noodles', category: '面 Noodles', priceCents: 2200 },
      ...{ allergens: ['gluten', 'sesame'], ...picture('dry-noodles') },
    },
    {
      ...{ id: 'knife-noodles', name: '刀削面 Knife-cut noodles', category: '面 Noodles', priceCents: 2100 },
      ...{ allergens: ['gluten'], ...picture('knife-noodles') },
    },
    { ...{ id: 'beef', name: '酱牛肉 Braised beef', category: '小菜 Sides', priceCents: 2800 }, ...picture('beef') },
    {
      ...{ id: 'cucumber', name: '拍黄瓜 Smashed cucumber', category: '小菜 Sides', priceCents: 1000 },
      ...picture('cucumber'),
    },
    {
      ...{ id: 'tea-egg', name: '茶叶蛋 Tea egg', category: '小菜 Sides', priceCents: 300 },
      ...{ allergens: ['eggs'], ...picture('tea-egg') },
    },
    {
      ...{ id: 'soy-milk', name: '豆浆 Soy milk', category: '饮料 Drinks', priceCents: 500 },
      ...{ allergens: ['soya'], ...picture('soy-milk') },
    },
  ],
};

/** Shops to try the system with. */
export const demoShops: ShopDefinition[] = [kitchen, lanzhou, noodleShop];

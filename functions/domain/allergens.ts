/**
 * The allergens that a dish may name, and what pages call them: the fourteen that the law of the European Union asks to
 * be declared.
 * @see Regulation (EU) No 1169/2011, annex II
 */
export const allergens = {
  celery: { zh: '芹菜', en: 'Celery' },
  crustaceans: { zh: '甲壳类', en: 'Crustaceans' },
  eggs: { zh: '蛋类', en: 'Eggs' },
  fish: { zh: '鱼类', en: 'Fish' },
  gluten: { zh: '含麸质谷物', en: 'Gluten' },
  lupin: { zh: '羽扇豆', en: 'Lupin' },
  milk: { zh: '乳制品', en: 'Milk' },
  molluscs: { zh: '软体贝类', en: 'Molluscs' },
  mustard: { zh: '芥末', en: 'Mustard' },
  nuts: { zh: '坚果', en: 'Nuts' },
  peanuts: { zh: '花生', en: 'Peanuts' },
  sesame: { zh: '芝麻', en: 'Sesame' },
  soya: { zh: '大豆', en: 'Soya' },
  sulphites: { zh: '亚硫酸盐', en: 'Sulphites' },
} as const;

/** A code of the list. */
export type Allergen = keyof typeof allergens;

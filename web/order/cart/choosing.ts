import type { Choice, ChosenItem, Dish, DishOption } from '../../../functions/domain/frames.ts';
import { takenOf } from './line.ts';

/** The groups of a dish in the order in which they are asked: first those that need an answer. */
export function askedOptions({ options = [] }: Pick<Dish, 'options'>): readonly DishOption[] {
  return [...options.filter(({ min }) => min > 0), ...options.filter(({ min }) => min === 0)];
}

/** What is chosen before anybody has chosen: the first that is to be had of each group of which one has to be taken. */
export function firstChoices(dish: Pick<Dish, 'options'>): ChosenItem[] {
  return askedOptions(dish).flatMap(option => {
    const first = option.min === 1 && option.max === 1 && option.choices.find(({ available }) => available);
    return first ? [taken(option, first, 1)] : [];
  });
}

/** How often a choice is taken. */
export function quantityOfChoice(choices: ChosenItem[], option: string, choice: string): number {
  return choices.find(one => one.option === option && one.choice === choice)?.quantity ?? 0;
}

/** Whether one more of a choice can be taken. Of a group of which one is taken, another takes its place. */
export function canTake(choices: ChosenItem[], option: DishOption, choice: Choice): boolean {
  if (!choice.available || quantityOfChoice(choices, option.id, choice.id) >= choice.max) return false;
  return option.max === 1 || takenOf(choices, option.id) < option.max;
}

/** Takes a choice so many times; 0 leaves it out. */
export function take(choices: ChosenItem[], option: DishOption, choice: Choice, quantity: number): ChosenItem[] {
  const others = choices.filter(one => one.option !== option.id || (option.max > 1 && one.choice !== choice.id));
  return quantity === 0 ? others : [...others, taken(option, choice, quantity)];
}

/** The first group that needs more choices than are taken. */
export function lackingOption(dish: Pick<Dish, 'options'>, choices: ChosenItem[]): DishOption | undefined {
  return askedOptions(dish).find(({ id, min }) => takenOf(choices, id) < min);
}

/** Whether a dish cannot be had, since a group that needs an answer has too few choices left. */
export function isUnobtainable({ options = [] }: Pick<Dish, 'options'>): boolean {
  return options.some(
    ({ min, choices }) => choices.reduce((sum, one) => (one.available ? sum + one.max : sum), 0) < min,
  );
}

/** What a dish costs at the least, with the cheapest choices that it needs. */
export function lowestCents({ priceCents, options = [] }: Pick<Dish, 'priceCents' | 'options'>): number {
  return options.reduce((sum, option) => sum + cheapest(option), priceCents);
}

function cheapest({ min, choices }: DishOption): number {
  const prices = choices
    .filter(({ available }) => available)
    .flatMap(({ priceCents, max }) => Array.from({ length: Math.min(max, min) }, () => priceCents))
    .sort((a, b) => a - b);
  return prices.slice(0, min).reduce((sum, price) => sum + price, 0);
}

function taken(option: DishOption, choice: Choice, quantity: number): ChosenItem {
  return { option: option.id, choice: choice.id, name: choice.name, priceCents: choice.priceCents, quantity };
}

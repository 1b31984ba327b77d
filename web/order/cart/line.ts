import type { ChosenItem, Dish, DishOption } from '../../../functions/domain/frames.ts';

/**
 * One line of the cart, with the name and the price that the customer has seen. A dish may stand in several, with
 * different choices or notes.
 */
export interface CartLine {
  /** Tells lines apart; never used again in the same cart. */
  key: number;
  dish: string;
  name: string;
  /** The dish's own; what was chosen comes on top. */
  priceCents: number;
  quantity: number;
  note: string;
  choices: ChosenItem[];
  /** Of each piece. */
  packagingCents?: number | undefined;
}

/** The same text for the same choices, in whatever order they were made. */
export function choicesKey(choices: readonly Pick<ChosenItem, 'option' | 'choice' | 'quantity'>[]): string {
  return JSON.stringify(choices.map(({ option, choice, quantity }) => [option, choice, quantity]).sort());
}

/** Whether the wire takes two lines for one: the same dish, choices and note. */
export function isSameLine(one: CartLine, other: CartLine): boolean {
  return one.dish === other.dish && one.note === other.note && choicesKey(one.choices) === choicesKey(other.choices);
}

/** The choices of a line as a menu of now has them, or the name of one that is not to be had there. */
export function renewChoices(choices: ChosenItem[], dish: Dish): ChosenItem[] | { missing: string } {
  const renewed: ChosenItem[] = [];
  for (const chosen of choices) {
    const option = dish.options?.find(({ id }) => id === chosen.option);
    const choice = option?.choices.find(({ id }) => id === chosen.choice);
    if (choice === undefined || !choice.available || chosen.quantity > choice.max) return { missing: chosen.name };
    renewed.push({ ...chosen, name: choice.name, priceCents: choice.priceCents });
  }
  const lacking = dish.options?.find(option => !isRight(option, renewed));
  return lacking === undefined ? stillThere(renewed, dish) : { missing: lacking.name };
}

/** The choices that can be had with a dish of a menu of now, in its order. */
export function stillThere(choices: readonly ChosenItem[], { options = [] }: Pick<Dish, 'options'>): ChosenItem[] {
  return options.flatMap(option =>
    option.choices.flatMap(({ id, available, max, name, priceCents }) => {
      const chosen = choices.find(one => one.option === option.id && one.choice === id);
      return chosen === undefined || !available || chosen.quantity > max ? [] : [{ ...chosen, name, priceCents }];
    }),
  );
}

/** The names of choices that are not among those that were kept, or not as often. */
export function leftOut(choices: readonly ChosenItem[], kept: readonly ChosenItem[]): string[] {
  return choices
    .filter(({ option, choice }) => !kept.some(one => one.option === option && one.choice === choice))
    .map(({ name }) => name);
}

/** What is left of the choices of a line when those that are not to be had are left out; `undefined`: no whole dish. */
export function withoutMissing(choices: readonly ChosenItem[], dish: Dish): ChosenItem[] | undefined {
  const kept = stillThere(choices, dish);
  return (dish.options ?? []).every(option => isRight(option, kept)) ? kept : undefined;
}

/** Whether so many choices of a group are taken as have to be. */
function isRight({ id, min, max }: DishOption, choices: ChosenItem[]): boolean {
  const taken = takenOf(choices, id);
  return taken >= min && taken <= max;
}

/** How many choices of a group were taken, each as often as it was. */
export function takenOf(choices: ChosenItem[], option: string): number {
  return choices.reduce((sum, one) => (one.option === option ? sum + one.quantity : sum), 0);
}

import type { Change, Dish, DishDetails } from '../../../functions/domain/frames.ts';
import { amountText } from '../../../functions/domain/minor-unit.ts';
import type { Text } from '../../shared/language.ts';
import { lengthOf, tidyLine, tidyLines } from '../../shared/typed-text.ts';
import { texts } from '../texts.ts';
import { dishTexts } from './dish-texts.ts';
import { nameProblem } from './form.ts';
import { centsOf, moneyProblem, typedMoney } from './money-typed.ts';

/** A choice as it is typed into the form. Whether it is sold out is set elsewhere, and stays as it is. */
export interface TypedChoice {
  id: string;
  name: string;
  price: string;
  max: number;
}

/** A group of choices as it is typed. */
export interface TypedOption {
  id: string;
  name: string;
  min: number;
  max: number;
  choices: TypedChoice[];
}

/** A dish as it is typed into the form: prices are texts until they are sent. */
export interface TypedDish {
  name: string;
  category: string;
  price: string;
  /** Only once it was switched here: until then others may still mark the dish as sold out. */
  available?: boolean;
  description: string;
  imageUrl: string;
  packaging: string;
  allergens: string[];
  options: TypedOption[];
}

type PutDish = Extract<Change, { op: 'put_dish' }>;

/** What is wrong, by the id of its field. */
export type Problems = Readonly<Record<string, Text | undefined>>;

/** Characters of a description, and of an address of a picture, at most. */
export const DESCRIPTION_LENGTH = 300;
const URL_LENGTH = 500;
const MAX_PACKAGING = 1_000_000;

/** A dish as the form begins with it; an empty form when there is none yet. */
export function typedDish(dish: Dish | undefined, digits: number): TypedDish {
  const { options = [], packagingCents = 0 } = dish ?? {};
  return {
    name: dish?.name ?? '',
    category: dish?.category ?? '',
    price: dish === undefined ? '' : amountText(dish.priceCents, digits),
    description: dish?.description ?? '',
    imageUrl: dish?.imageUrl ?? '',
    packaging: typedMoney(packagingCents, digits),
    allergens: dish?.allergens ?? [],
    options: options.map(option => ({
      ...option,
      choices: option.choices.map(({ id, name, priceCents, max }) => ({
        ...{ id, name, max },
        price: typedMoney(priceCents, digits),
      })),
    })),
  };
}

/** Checks what was typed, by the rules of the wire. */
export function problemsOf(typed: TypedDish, digits: number): Problems {
  return {
    'dish-name': nameProblem(typed.name),
    'dish-category': nameProblem(typed.category),
    'dish-price': typed.price.trim() === '' ? texts.missing : moneyProblem(typed.price, digits),
    'dish-description': lengthOf(tidyLines(typed.description)) > DESCRIPTION_LENGTH ? texts.tooLong : undefined,
    'dish-image': imageProblem(typed.imageUrl.trim()),
    'dish-packaging': moneyProblem(typed.packaging, digits, MAX_PACKAGING),
    ...Object.assign({}, ...typed.options.map(option => optionProblems(option, digits))),
  };
}

/**
 * What is sent of it. Only for what has no problems. `present` is the dish as it is now: what was not touched here, a mark
 * as sold out among it, may have changed since the form was opened.
 */
export function putOf(typed: TypedDish, digits: number, id: string, present: Dish | undefined): PutDish {
  return {
    ...{ op: 'put_dish', dish: id, name: tidyLine(typed.name), category: tidyLine(typed.category) },
    available: typed.available ?? present?.available ?? true,
    ...detailsOf(typed, digits),
  };
}

function detailsOf(typed: TypedDish, digits: number): Required<DishDetails> & { priceCents: number } {
  const cents = (text: string) => centsOf(text, digits);
  return {
    priceCents: cents(typed.price),
    description: tidyLines(typed.description),
    imageUrl: typed.imageUrl.trim() === '' ? null : typed.imageUrl.trim(),
    packagingCents: cents(typed.packaging),
    allergens: typed.allergens,
    options: typed.options.map(({ id, name, min, max, choices }) => ({
      id,
      name: tidyLine(name),
      min,
      max,
      choices: choices.map(choice => ({
        id: choice.id,
        name: tidyLine(choice.name),
        priceCents: cents(choice.price),
        max: choice.max,
      })),
    })),
  };
}

function optionProblems({ id, name, min, max, choices }: TypedOption, digits: number): Problems {
  const most = choices.reduce((sum, choice) => sum + choice.max, 0);
  return {
    [`option-${id}`]: nameProblem(name),
    [`option-rule-${id}`]: min > max ? dishTexts.minAboveMax : min > most ? dishTexts.tooFewChoices : undefined,
    ...Object.fromEntries(
      choices.flatMap(choice => [
        [`choice-${id}-${choice.id}`, nameProblem(choice.name)],
        [`choice-price-${id}-${choice.id}`, moneyProblem(choice.price, digits)],
      ]),
    ),
  };
}

/** What is wrong with the address of a picture; an empty one is none. */
export function imageProblem(url: string): Text | undefined {
  if (url === '') return undefined;
  const isRight = /^(https:\/\/|\/(?!\/))[^\s"'<>\\]*$/.test(url) && url.length <= URL_LENGTH;
  return isRight ? undefined : dishTexts.wrongPicture;
}

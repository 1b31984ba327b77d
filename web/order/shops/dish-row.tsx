import type { Dish } from '../../../functions/domain/frames.ts';
import { Chip } from '../../shared/chip.tsx';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { row } from '../../shared/row.ts';
import { Stepper } from '../../shared/stepper.tsx';
import { addDish, removeDish } from '../cart/cart.ts';
import { isUnobtainable, lowestCents } from '../cart/choosing.ts';
import { openSheet } from '../cart/sheet.ts';
import { texts } from '../texts.ts';
import { AboutDish } from './about-dish.tsx';
import { Picture } from './picture.tsx';

/** What a row of the menu shows of a dish, as words and numbers: see `row`. */
interface RowOfDish {
  id: string;
  name: string;
  priceCents: number;
  /** With the cheapest choices that it needs. */
  lowestCents: number;
  /** Of each piece, on top of the price. */
  packagingCents: number;
  isAvailable: boolean;
  hasOptions: boolean;
  /** Whether a choice makes it dearer than `lowestCents`. */
  canCostMore: boolean;
  description: string;
  /** Codes of allergens, with spaces between them. */
  allergens: string;
  imageUrl: string;
}

/** A dish as the properties of its row. */
export function rowOf(dish: Dish): RowOfDish {
  const {
    id,
    name,
    priceCents,
    packagingCents = 0,
    options = [],
    description = '',
    allergens = [],
    imageUrl = '',
  } = dish;
  return {
    id,
    name,
    priceCents,
    lowestCents: lowestCents(dish),
    packagingCents,
    isAvailable: dish.available && !isUnobtainable(dish),
    hasOptions: options.length > 0,
    canCostMore: options.some(({ choices }) => choices.some(choice => choice.priceCents > 0)),
    description,
    allergens: allergens.join(' '),
    imageUrl,
  };
}

/** A dish on the menu: one tap puts it into the cart, or asks first what is wanted with it. */
export const DishRow = row(
  ({
    currency,
    quantity,
    canAdd,
    hasPictures,
    ...dish
  }: RowOfDish & { currency: string; quantity: number; canAdd: boolean; hasPictures: boolean }) => {
    const { id, name, priceCents, packagingCents, isAvailable } = dish;
    const isFrom = dish.canCostMore;
    const price = money(dish.lowestCents, currency);
    return (
      <li>
        <div
          class="dish"
          data-testid={`dish-${id}`}
          data-available={isAvailable}
          data-pictures={hasPictures}
          data-plain={!hasPictures && dish.description === '' && dish.allergens === ''}
        >
          {hasPictures && <Picture url={dish.imageUrl} name={name} />}
          <div class="dish-words">
            <p class="dish-name typed">{name}</p>
            <AboutDish dish={{ description: dish.description, allergens: dish.allergens.split(' ').filter(Boolean) }} />
          </div>
          <p class="number dish-price">
            {isFrom ? say(texts.from, { price }) : price}
            {packagingCents > 0 && (
              <span class="dish-packaging muted small" data-testid={`packaging-${id}`}>
                {say(texts.packagingEach, { price: money(packagingCents, currency) })}
              </span>
            )}
          </p>
          {isAvailable ? (
            <Stepper
              name={name}
              testid={id}
              quantity={quantity}
              canAdd={canAdd}
              onMore={() => (dish.hasOptions ? openSheet(id) : addDish({ id, name, priceCents, packagingCents }))}
              onLess={() => removeDish(id)}
            />
          ) : (
            <span class="stepper">
              <Chip>{say(texts.soldOut)}</Chip>
            </span>
          )}
        </div>
      </li>
    );
  },
);

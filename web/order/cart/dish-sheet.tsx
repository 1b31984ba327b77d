import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { pieceCents } from '../../../functions/domain/amounts.ts';
import type { ChosenItem, Dish, Shop } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { Stepper } from '../../shared/stepper.tsx';
import { AboutDish } from '../shops/about-dish.tsx';
import { texts } from '../texts.ts';
import { addDish, cart, changeLine, MOST_OF_ONE } from './cart.ts';
import { askedOptions, firstChoices, lackingOption } from './choosing.ts';
import { takesOrders } from './handover.ts';
import { stillThere } from './line.ts';
import { OptionGroup } from './option-group.tsx';
import { closeSheet, sheet } from './sheet.ts';

/** Asks what is wanted with a dish. It closes by itself when the dish is gone from the menu, or the line from the cart. */
export function DishSheet({ shop }: { shop: Shop }) {
  const { value: asked } = sheet;
  const dish = shop.dishes.find(({ id }) => id === asked?.dish);
  const line = cart.value.lines.find(({ key }) => key === asked?.line);
  if (asked === undefined || !dish?.available || (asked.line !== undefined && line === undefined)) return null;
  const begin = line ?? { choices: firstChoices(dish), quantity: 1 };
  const put = (choices: ChosenItem[], quantity: number) => {
    if (asked.line === undefined) addDish(dish, choices, quantity);
    else changeLine(asked.line, choices, quantity);
    closeSheet();
  };
  return (
    <Sheet
      key={`${dish.id} ${asked.line}`}
      dish={dish}
      currency={shop.currency}
      canAdd={takesOrders(shop)}
      begin={begin}
      isNew={asked.line === undefined}
      onPut={put}
    />
  );
}

function Sheet({
  dish,
  currency,
  canAdd,
  begin,
  isNew,
  onPut,
}: {
  dish: Dish;
  currency: string;
  canAdd: boolean;
  begin: { choices: ChosenItem[]; quantity: number };
  isNew: boolean;
  onPut: (choices: ChosenItem[], quantity: number) => void;
}) {
  const chosen = useSignal(begin.choices);
  const quantity = useSignal(begin.quantity);
  /** The group that was found to lack something when somebody wanted to go on. */
  const marked = useSignal<string | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);
  const { packagingCents = 0 } = dish;
  const choices = stillThere(chosen.value, dish);
  const lacking = lackingOption(dish, choices);
  const total = money(pieceCents({ priceCents: dish.priceCents, choices }) * quantity.value, currency);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!canAdd) return;
    if (lacking === undefined) onPut(choices, quantity.value);
    else {
      marked.value = lacking.id;
      setTimeout(() => form.current?.querySelector<HTMLElement>('[data-lacking="true"] input')?.focus());
    }
  };
  return (
    <Dialog title={dish.name} testid="dish-sheet" onClose={closeSheet}>
      <AboutDish dish={dish} />
      {packagingCents > 0 && (
        <p class="small muted" data-testid="sheet-packaging">
          {say(texts.packagingEachLong, { price: money(packagingCents, currency) })}
        </p>
      )}
      <form ref={form} class="stack" noValidate onSubmit={submit}>
        {askedOptions(dish).map(option => (
          <OptionGroup
            key={option.id}
            option={option}
            currency={currency}
            choices={choices}
            isLacking={marked.value === option.id && lacking?.id === option.id}
            onChange={next => (chosen.value = next)}
          />
        ))}
        <div class="sheet-foot">
          <Stepper
            name={dish.name}
            testid="portions"
            quantity={quantity.value}
            least={1}
            canAdd={quantity.value < MOST_OF_ONE}
            onMore={() => (quantity.value += 1)}
            onLess={() => (quantity.value -= 1)}
          />
          <button
            type="submit"
            class="button primary big grow"
            aria-disabled={!canAdd || lacking !== undefined}
            data-testid="put-in-cart"
          >
            {say(isNew ? texts.putInCart : texts.keepChoices, { total })}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

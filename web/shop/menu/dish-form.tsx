import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Dish } from '../../../functions/domain/frames.ts';
import { readFilledFields } from '../../shared/autofill.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { Field } from '../../shared/field.tsx';
import { say, type Text } from '../../shared/language.ts';
import { Switch } from '../../shared/switch.tsx';
import { tidyLine } from '../../shared/typed-text.ts';
import { describeRefusal } from '../refusal.ts';
import { ask, command } from '../screen.ts';
import { texts } from '../texts.ts';
import { focusFirstInvalid, NAME_LENGTH, nameProblem } from './form.ts';
import { parsePrice, priceDigits, priceText } from './price.ts';

const MAX_PRICE = 100_000_000;

type Typed = { name: string; category: string; price: string; available: boolean };

/** A dish's name, category, price and availability; a new one when none is given. */
export function DishForm({
  dish,
  currency,
  categories,
  onClose,
}: {
  dish: Dish | undefined;
  currency: string;
  categories: readonly string[];
  onClose: () => void;
}) {
  const digits = priceDigits(currency);
  const start = useRef<Typed>({
    name: dish?.name ?? '',
    category: dish?.category ?? '',
    price: dish === undefined ? '' : priceText(dish.priceCents, digits),
    available: dish?.available ?? true,
  });
  const typed = useSignal(start.current);
  const isChanged = JSON.stringify(typed.value) !== JSON.stringify(start.current);
  const isChecked = useSignal(false);
  const refused = useSignal<string | undefined>(undefined);
  const isSaving = useSignal(false);
  const isRemoving = useSignal(false);
  const problems = problemsOf(typed.value, digits);
  const error = (problem: Text | undefined) => (isChecked.value ? problem : undefined);
  const change = (part: Partial<Typed>) => {
    typed.value = { ...typed.value, ...part };
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    readFilledFields(event.currentTarget);
    isChecked.value = true;
    const { name, category, price, available } = typed.value;
    const priceCents = parsePrice(price, digits);
    if (Object.values(problemsOf(typed.value, digits)).some(Boolean) || priceCents === undefined) {
      focusFirstInvalid(event.target);
      return;
    }
    if (isSaving.value) return;
    isSaving.value = true;
    const id = dish?.id ?? newDishId();
    const put = { dish: id, name: tidyLine(name), category: tidyLine(category), priceCents, available };
    const result = await ask({ op: 'put_dish', ...put });
    isSaving.value = false;
    if (result.ok) onClose();
    else refused.value = describeRefusal({ op: 'put_dish', ...put }, result.error.code);
  };
  return (
    <Dialog
      title={say(dish === undefined ? texts.newDish : texts.editDish)}
      testid="dish-form"
      unsaved={isChanged}
      onClose={onClose}
    >
      <form class="stack" noValidate onSubmit={submit}>
        <Field
          id="dish-name"
          label={say(texts.dishName)}
          error={error(problems.name)}
          most={NAME_LENGTH}
          value={typed.value.name}
          onInput={name => change({ name })}
        />
        <Field
          id="dish-category"
          label={say(texts.category)}
          error={error(problems.category)}
          most={NAME_LENGTH}
          value={typed.value.category}
          onInput={category => change({ category })}
        />
        <div class="row category-choice">
          {categories.map(category => (
            <button
              key={category}
              type="button"
              class="button"
              aria-pressed={category === typed.value.category}
              onClick={() => change({ category })}
            >
              <span class="typed" dir="auto">
                {category}
              </span>
            </button>
          ))}
        </div>
        <Field
          id="dish-price"
          label={say(texts.price, { currency })}
          inputmode="decimal"
          error={error(problems.price)}
          value={typed.value.price}
          onInput={price => change({ price })}
        />
        <Switch
          label={say(texts.available)}
          on={typed.value.available}
          testid="dish-available"
          onChange={available => change({ available })}
        />
        {refused.value !== undefined && (
          <p class="banner banner-bad" role="alert" data-testid="dish-refused">
            {refused.value}
          </p>
        )}
        <button type="submit" class="button primary" aria-busy={isSaving.value} data-testid="dish-save">
          {say(texts.save)}
        </button>
        {dish !== undefined && (
          <button
            type="button"
            class={isRemoving.value ? 'button bad' : 'button bad-outline'}
            data-testid="dish-remove"
            onClick={() => {
              if (isRemoving.value) {
                command({ op: 'remove_dish', dish: dish.id });
                onClose();
              }
              isRemoving.value = true;
            }}
          >
            {say(isRemoving.value ? texts.removeSure : texts.remove)}
          </button>
        )}
      </form>
    </Dialog>
  );
}

function problemsOf(
  { name, category, price }: Typed,
  digits: number,
): Record<'name' | 'category' | 'price', Text | undefined> {
  return { name: nameProblem(name), category: nameProblem(category), price: priceProblem(price, digits) };
}

function priceProblem(price: string, digits: number): Text | undefined {
  if (price.trim() === '') return texts.missing;
  const cents = parsePrice(price, digits);
  if (cents === undefined) return digits === 0 ? texts.wrongPriceWhole : texts.wrongPrice;
  return cents > MAX_PRICE ? texts.priceTooHigh : undefined;
}

/** Short, so that the whole order of a large menu fits into a frame, for clients that send it so. */
function newDishId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(10)), byte => (byte % 36).toString(36)).join('');
}

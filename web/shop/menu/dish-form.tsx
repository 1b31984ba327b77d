import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Dish } from '../../../functions/domain/frames.ts';
import { minorDigits } from '../../../functions/domain/minor-unit.ts';
import { readFilledFields } from '../../shared/autofill.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { Field } from '../../shared/field.tsx';
import { say } from '../../shared/language.ts';
import { Switch } from '../../shared/switch.tsx';
import { ChangedMeanwhile } from '../changed-meanwhile.tsx';
import { useTypedOnTop } from '../meanwhile.ts';
import { meanwhileTexts } from '../meanwhile-texts.ts';
import { describeRefusal } from '../refusal.ts';
import { ask, command, stream } from '../screen.ts';
import { texts } from '../texts.ts';
import { DishDetailsFields } from './dish-details-fields.tsx';
import { type Problems, problemsOf, putOf, type TypedDish, typedDish } from './dish-typed.ts';
import { focusFirstInvalid, NAME_LENGTH } from './form.ts';
import { newId } from './new-id.ts';

/** Everything that is said of a dish; a new one when none is given. */
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
  const digits = minorDigits(currency);
  const known = stream.value?.shop?.dishes;
  const present = known === undefined ? dish : known.find(({ id }) => id === dish?.id);
  const isRemoved = dish !== undefined && present === undefined;
  const { typed, isChanged, told, change, catchUp, drop } = useTypedOnTop(
    typedDish(present ?? dish, digits),
    isRemoved,
  );
  const hadDetails = useRef(hasDetails(typed.value));
  const isChecked = useSignal(false);
  const refused = useSignal<string | undefined>(undefined);
  const isSaving = useSignal(false);
  const isRemoving = useSignal(false);
  const problems = problemsOf(typed.value, digits);
  const shown = isChecked.value ? problems : {};
  const submit = async (event: Event) => {
    event.preventDefault();
    readFilledFields(event.currentTarget);
    isChecked.value = true;
    if (Object.values(problemsOf(typed.value, digits)).some(Boolean)) {
      focusFirstInvalid(event.target);
      return;
    }
    if (isSaving.value || catchUp()) return;
    isSaving.value = true;
    const put = putOf(typed.value, digits, dish?.id ?? newId(), present);
    const result = await ask(put);
    isSaving.value = false;
    if (result.ok) onClose();
    else refused.value = describeRefusal(put, result.error);
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
          error={shown['dish-name']}
          most={NAME_LENGTH}
          value={typed.value.name}
          onInput={name => change({ name })}
        />
        <Field
          id="dish-category"
          label={say(texts.category)}
          error={shown['dish-category']}
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
          error={shown['dish-price']}
          value={typed.value.price}
          onInput={price => change({ price })}
        />
        <DishDetailsFields
          typed={typed.value}
          problems={shown}
          currency={currency}
          isOpen={hadDetails.current || hasProblemBelow(shown)}
          onChange={change}
        />
        <Switch
          label={say(texts.available)}
          on={typed.value.available ?? present?.available ?? true}
          testid="dish-available"
          onChange={available => change({ available })}
        />
        {told === 'changed' && <ChangedMeanwhile onDrop={drop} />}
        {told === 'removed' && (
          <p class="banner banner-warn" role="alert" data-testid="removed-meanwhile">
            {say(meanwhileTexts.removed)}
          </p>
        )}
        {refused.value !== undefined && (
          <p class="banner banner-bad pre" role="alert" data-testid="dish-refused">
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

function hasDetails({ description, imageUrl, packaging, allergens, options }: TypedDish): boolean {
  return `${description}${imageUrl}${packaging}` !== '' || allergens.length + options.length > 0;
}

/** The fields that always stand open. */
const mainFields = ['dish-name', 'dish-category', 'dish-price'];

/** Whether something is wrong in what is folded away. */
function hasProblemBelow(problems: Problems): boolean {
  return Object.entries(problems).some(([id, problem]) => problem !== undefined && !mainFields.includes(id));
}

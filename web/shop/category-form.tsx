import { useSignal } from '@preact/signals';
import type { Dish } from '../../functions/domain/frames.ts';
import { Dialog } from '../shared/dialog.tsx';
import { Field } from '../shared/field.tsx';
import { say } from '../shared/language.ts';
import { focusFirstInvalid, NAME_LENGTH, nameProblem } from './form.ts';
import { command } from './screen.ts';
import { texts } from './texts.ts';

/** Another name for a category: each of its dishes gets it. */
export function CategoryForm({
  category,
  dishes,
  onClose,
}: {
  category: string;
  dishes: readonly Dish[];
  onClose: () => void;
}) {
  const typed = useSignal(category);
  const isChecked = useSignal(false);
  const problem = nameProblem(typed.value);
  const submit = (event: Event) => {
    event.preventDefault();
    isChecked.value = true;
    if (problem !== undefined) {
      focusFirstInvalid(event.target);
      return;
    }
    rename(dishes, category, typed.value.trim());
    onClose();
  };
  return (
    <Dialog title={say(texts.rename)} testid="category-form" onClose={onClose}>
      <form class="stack" noValidate onSubmit={submit}>
        <Field
          id="category-name"
          label={say(texts.category)}
          error={isChecked.value ? problem : undefined}
          most={NAME_LENGTH}
          value={typed.value}
          onInput={value => {
            typed.value = value;
          }}
        />
        <button type="submit" class="button primary" data-testid="category-save">
          {say(texts.save)}
        </button>
      </form>
    </Dialog>
  );
}

/** A dish of another category goes to the end of the menu, so the order is said again afterwards. */
function rename(dishes: readonly Dish[], from: string, to: string): void {
  if (from === to) return;
  for (const { id: dish, name, category, priceCents, available } of dishes)
    if (category === from) command({ op: 'put_dish', dish, name, category: to, priceCents, available });
  command({ op: 'order_dishes', dishes: dishes.map(({ id }) => id) });
}

import { useSignal } from '@preact/signals';
import { readFilledFields } from '../../shared/autofill.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { Field } from '../../shared/field.tsx';
import { say } from '../../shared/language.ts';
import { tidyLine } from '../../shared/typed-text.ts';
import { command } from '../screen.ts';
import { texts } from '../texts.ts';
import { focusFirstInvalid, NAME_LENGTH, nameProblem } from './form.ts';

/** Another name for a category: each of its dishes gets it. */
export function CategoryForm({ category, onClose }: { category: string; onClose: () => void }) {
  const typed = useSignal(category);
  const isChecked = useSignal(false);
  const problem = nameProblem(typed.value);
  const submit = (event: Event) => {
    event.preventDefault();
    readFilledFields(event.currentTarget);
    isChecked.value = true;
    if (nameProblem(typed.value) !== undefined) {
      focusFirstInvalid(event.target);
      return;
    }
    const name = tidyLine(typed.value);
    if (name !== category) command({ op: 'rename_category', category, name });
    onClose();
  };
  return (
    <Dialog title={say(texts.rename)} testid="category-form" unsaved={typed.value !== category} onClose={onClose}>
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

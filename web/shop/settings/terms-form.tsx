import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Operation } from '../../../functions/domain/frames.ts';
import { readFilledFields } from '../../shared/autofill.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say, type Text } from '../../shared/language.ts';
import { ChangedMeanwhile } from '../changed-meanwhile.tsx';
import { useTypedOnTop } from '../meanwhile.ts';
import { focusFirstInvalid } from '../menu/form.ts';
import { describeRefusal } from '../refusal.ts';
import { ask } from '../screen.ts';
import { texts } from '../texts.ts';
import { termsTexts } from './terms-texts.ts';

/** A command that sets how or when the shop sells. */
export type TermsChange = Extract<
  Operation,
  { op: 'set_hours' | 'set_fulfilment' | 'set_discounts' | 'set_later' | 'set_about' }
>;

/** What is wrong, by the id of its field. */
export type Problems = Readonly<Record<string, Text | undefined>>;

/** What the fields of a form are drawn from. */
export interface Fields<Typed> {
  typed: Typed;
  /** Only after the first try to save. */
  problems: Problems;
  change: (part: Partial<Typed>) => void;
}

/**
 * A form for one part of the shop's terms. It is saved as a whole; it says what customers will see, why it was refused,
 * asks before something typed is dropped, and before it takes the place of what others have saved meanwhile.
 */
export function TermsForm<Typed extends object>({
  title,
  testid,
  start,
  problemsOf,
  changeOf,
  preview,
  fields,
  onClose,
}: {
  title: string;
  testid: string;
  /** What the shop says now; it may change while the form is open. */
  start: Typed;
  problemsOf: (typed: Typed) => Problems;
  changeOf: (typed: Typed) => TermsChange;
  /** What customers will see, for what is typed without a problem. */
  preview: (change: TermsChange) => ComponentChildren;
  fields: (fields: Fields<Typed>) => ComponentChildren;
  onClose: () => void;
}) {
  const { typed, isChanged, told, change, catchUp, drop } = useTypedOnTop(start);
  const isChecked = useSignal(false);
  const isSaving = useSignal(false);
  const refused = useSignal<string | undefined>(undefined);
  const problems = problemsOf(typed.value);
  const isRight = Object.values(problems).every(problem => problem === undefined);
  const submit = async (event: Event) => {
    event.preventDefault();
    readFilledFields(event.currentTarget);
    isChecked.value = true;
    if (Object.values(problemsOf(typed.value)).some(Boolean)) return focusFirstInvalid(event.target);
    if (isSaving.value || catchUp()) return;
    isSaving.value = true;
    const asked = changeOf(typed.value);
    const result = await ask(asked);
    isSaving.value = false;
    if (result.ok) onClose();
    else refused.value = describeRefusal(asked, result.error);
  };
  return (
    <Dialog title={title} testid={testid} unsaved={isChanged} onClose={onClose}>
      <form class="stack" noValidate onSubmit={submit}>
        {fields({
          typed: typed.value,
          problems: isChecked.value ? problems : {},
          change,
        })}
        {isRight && (
          <div class="banner stack preview" data-testid="preview">
            <p class="muted small">{say(termsTexts.customersSee)}</p>
            {preview(changeOf(typed.value))}
          </div>
        )}
        {told === 'changed' && <ChangedMeanwhile onDrop={drop} />}
        {refused.value !== undefined && (
          <p class="banner banner-bad pre" role="alert" data-testid="terms-refused">
            {refused.value}
          </p>
        )}
        <button type="submit" class="button primary" aria-busy={isSaving.value} data-testid="terms-save">
          {say(texts.save)}
        </button>
      </form>
    </Dialog>
  );
}

import { isVisible } from '../../../functions/domain/visible.ts';
import type { Text } from '../../shared/language.ts';
import { lengthOf, tidyLine } from '../../shared/typed-text.ts';
import { texts } from '../texts.ts';

/** Characters of a dish's or a category's name, at most. */
export const NAME_LENGTH = 60;

/** What is wrong with a name of something: nothing visible in it, or too long. */
export function nameProblem(text: string): Text | undefined {
  const meant = tidyLine(text);
  if (!isVisible(meant)) return texts.missing;
  return lengthOf(meant) > NAME_LENGTH ? texts.tooLong : undefined;
}

/** Goes to the first field of the form that is marked as wrong, once it is. */
export function focusFirstInvalid(form: EventTarget | null): void {
  requestAnimationFrame(() => {
    if (form instanceof HTMLElement) form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
}

import { useLayoutEffect, useRef } from 'preact/hooks';
import { say, type Text } from './language.ts';
import { lengthOf, tidyLines } from './typed-text.ts';

/** A labelled field, with what is wrong with it right below. The id is the test id as well. */
export function Field({
  id,
  label,
  labelHidden = false,
  value,
  error,
  multiline = false,
  most,
  onInput,
  type = 'text',
  autocomplete = 'off',
  placeholder,
  inputmode,
}: {
  id: string;
  label: string;
  labelHidden?: boolean;
  value: string;
  error: Text | undefined;
  multiline?: boolean;
  /** Characters that fit; said when they become few. More can be typed and pasted: nothing is cut off unseen. */
  most?: number;
  onInput: (value: string) => void;
  type?: 'text' | 'tel';
  autocomplete?: 'off' | 'name' | 'tel' | 'street-address';
  placeholder?: string;
  /** Which keys a phone offers. */
  inputmode?: 'decimal';
}) {
  const field = useShownValue(value);
  const length = lengthOf(tidyLines(value));
  const isNearlyFull = most !== undefined && length > most - 20;
  const describedBy = [error && `${id}-error`, isNearlyFull && `${id}-count`].filter(Boolean).join(' ');
  const tell = ({ target }: Event) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) onInput(target.value);
  };
  const shared = {
    id,
    class: 'input',
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(inputmode === undefined ? {} : { inputmode }),
    autocomplete,
    dir: 'auto',
    enterkeyhint: 'next',
    'data-testid': id,
    'aria-invalid': error !== undefined,
    ...(describedBy === '' ? {} : { 'aria-describedby': describedBy }),
    onInput: tell,
    onChange: tell, // some browsers fill in a form with this event alone
  } as const;
  return (
    <div class="field">
      <label for={id} class={labelHidden ? 'visually-hidden' : ''}>
        {label}
      </label>
      {multiline ? (
        <textarea {...shared} rows={2} ref={field} />
      ) : type === 'tel' ? (
        <input {...shared} type="tel" ref={field} />
      ) : (
        <input {...shared} type="text" ref={field} />
      )}
      {isNearlyFull && (
        <p class="field-count number" id={`${id}-count`}>
          {length} / {most}
        </p>
      )}
      {error !== undefined && (
        <p class="field-error typed" id={`${id}-error`} data-testid={`${id}-error`}>
          {say(error)}
        </p>
      )}
    </div>
  );
}

/**
 * Puts a value into the field when it is another one than before, and not at every drawing: what an input method or a
 * browser's autofill has just put there, without telling yet, would be lost.
 */
function useShownValue(value: string) {
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (field.current !== null && field.current.value !== value) field.current.value = value;
  }, [value]);
  return field;
}

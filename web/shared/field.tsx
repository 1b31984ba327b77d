import { say, type Text } from './language.ts';

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
  /** Characters that fit; said when they become few. */
  most?: number;
  onInput: (value: string) => void;
  type?: 'text' | 'tel';
  autocomplete?: 'off' | 'name' | 'tel' | 'street-address';
  placeholder?: string;
  /** Which keys a phone offers. */
  inputmode?: 'decimal';
}) {
  const length = [...value].length;
  const isNearlyFull = most !== undefined && length > most - 20;
  const describedBy = [error && `${id}-error`, isNearlyFull && `${id}-count`].filter(Boolean).join(' ');
  const shared = {
    id,
    class: 'input',
    value,
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(inputmode === undefined ? {} : { inputmode }),
    autocomplete,
    dir: 'auto',
    enterkeyhint: 'next',
    'data-testid': id,
    'aria-invalid': error !== undefined,
    ...(describedBy === '' ? {} : { 'aria-describedby': describedBy }),
    onInput: ({ target }: Event) => {
      if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) onInput(target.value);
    },
  } as const;
  return (
    <div class="field">
      <label for={id} class={labelHidden ? 'visually-hidden' : ''}>
        {label}
      </label>
      {multiline ? (
        <textarea {...shared} rows={2} />
      ) : type === 'tel' ? (
        <input {...shared} type="tel" />
      ) : (
        <input {...shared} type="text" />
      )}
      {isNearlyFull && (
        <p class="field-count number" id={`${id}-count`}>
          {length} / {most}
        </p>
      )}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`} data-testid={`${id}-error`}>
          {say(error)}
        </p>
      )}
    </div>
  );
}

import { say, type Text } from '../shared/language.ts';

/** A labelled field, with what is wrong with it right below. The id is the test id as well. */
export function Field({
  id,
  label,
  labelHidden = false,
  value,
  error,
  multiline = false,
  onInput,
  type = 'text',
  autocomplete = 'off',
  placeholder,
}: {
  id: string;
  label: string;
  labelHidden?: boolean;
  value: string;
  error: Text | undefined;
  multiline?: boolean;
  onInput: (value: string) => void;
  type?: 'text' | 'tel';
  autocomplete?: 'off' | 'name' | 'tel' | 'street-address';
  placeholder?: string;
}) {
  const shared = {
    id,
    class: 'input',
    value,
    ...(placeholder === undefined ? {} : { placeholder }),
    autocomplete,
    'data-testid': id,
    'aria-invalid': error !== undefined,
    ...(error === undefined ? {} : { 'aria-describedby': `${id}-error` }),
    onInput: ({ target }: Event) => {
      if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) onInput(target.value);
    },
  };
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
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`} data-testid={`${id}-error`}>
          {say(error)}
        </p>
      )}
    </div>
  );
}

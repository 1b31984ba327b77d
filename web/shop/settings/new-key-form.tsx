import { useSignal } from '@preact/signals';
import type { KeyRole, ShopKey } from '../../../functions/domain/frames.ts';
import { KEY_ROLES } from '../../../functions/domain/roles.ts';
import { Field } from '../../shared/field.tsx';
import { say } from '../../shared/language.ts';
import { lengthOf } from '../../shared/typed-text.ts';
import { texts } from '../texts.ts';
import { keysTexts, roleHints, roleWords } from './keys-texts.ts';

/** As the server counts. */
const MOST = 40;

/** For whom a further key is, and what it may do. `onMake` resolves to whether it was made. */
export function NewKeyForm({ onMake }: { onMake: (key: Pick<ShopKey, 'name' | 'role'>) => Promise<boolean> }) {
  const name = useSignal('');
  const role = useSignal<KeyRole>('staff');
  const isTried = useSignal(false);
  const isBusy = useSignal(false);
  const tidy = () => name.value.trim();
  const isWrong = () => tidy() === '' || lengthOf(tidy()) > MOST;
  const make = async (event: Event) => {
    event.preventDefault();
    isTried.value = isWrong();
    if (isWrong() || isBusy.value) return;
    isBusy.value = true;
    if (await onMake({ name: tidy(), role: role.value })) name.value = '';
    isBusy.value = false;
  };
  return (
    <form class="stack" noValidate onSubmit={make}>
      <h3>{say(texts.makeKey)}</h3>
      <Field
        id="key-name"
        label={say(keysTexts.name)}
        placeholder={say(keysTexts.namePlaceholder)}
        value={name.value}
        most={MOST}
        error={isTried.value && isWrong() ? keysTexts.nameMissing : undefined}
        onInput={value => {
          name.value = value;
        }}
      />
      <fieldset class="plain">
        <legend>{say(keysTexts.role)}</legend>
        <div class="row">
          {KEY_ROLES.map(one => (
            <button
              key={one}
              type="button"
              class={one === role.value ? 'button good' : 'button'}
              aria-pressed={one === role.value}
              data-testid={`role-${one}`}
              onClick={() => {
                role.value = one;
              }}
            >
              {say(roleWords[one])}
            </button>
          ))}
        </div>
        <p class="muted small" aria-live="polite">
          {say(roleHints[role.value])}
        </p>
      </fieldset>
      <button type="submit" class="button primary" aria-busy={isBusy.value} data-testid="make-key">
        {say(keysTexts.make)}
      </button>
    </form>
  );
}

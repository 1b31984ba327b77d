import { useSignal } from '@preact/signals';
import { say } from '../shared/language.ts';
import { LanguageSwitch } from '../shared/language-switch.tsx';
import type { Credentials } from './credentials.ts';
import { texts } from './texts.ts';

/** The form for a device that does not know its shop, or whose key opens nothing any more. */
export function SignIn({
  shop,
  isRefused,
  onSignIn,
}: {
  shop: string;
  isRefused: boolean;
  onSignIn: (credentials: Credentials) => void;
}) {
  const typed = useSignal<Credentials>({ shop, key: '' });
  const isChecked = useSignal(false);
  const submit = (event: Event) => {
    event.preventDefault();
    isChecked.value = true;
    const given = { shop: typed.value.shop.trim(), key: typed.value.key.trim() };
    if (given.shop !== '' && given.key !== '') onSignIn(given);
  };
  const field = (name: keyof Credentials) => ({
    id: name,
    class: 'input',
    value: typed.value[name],
    'data-testid': `sign-in-${name}`,
    'aria-invalid': isChecked.value && typed.value[name].trim() === '',
    onInput: (event: Event) => {
      if (event.target instanceof HTMLInputElement) typed.value = { ...typed.value, [name]: event.target.value };
    },
  });
  return (
    <main class="sign-in">
      <form class="card stack" noValidate onSubmit={submit} data-testid="sign-in">
        <div class="spread">
          <h1>{say(texts.signIn)}</h1>
          <LanguageSwitch />
        </div>
        <p class="muted">{say(texts.signInHint)}</p>
        {isRefused && (
          <p class="banner banner-bad" role="alert" data-testid="refused">
            {say(texts.keyRefused)}
          </p>
        )}
        <div class="field">
          <label for="shop">{say(texts.shopId)}</label>
          <input {...field('shop')} autocomplete="username" autocapitalize="none" spellcheck={false} />
        </div>
        <div class="field">
          <label for="key">{say(texts.key)}</label>
          <input {...field('key')} type="password" autocomplete="current-password" />
        </div>
        {isChecked.value && (typed.value.shop.trim() === '' || typed.value.key.trim() === '') && (
          <p class="field-error" role="alert">
            {say(texts.missing)}
          </p>
        )}
        <button type="submit" class="button primary" data-testid="sign-in-submit">
          {say(texts.signInButton)}
        </button>
      </form>
    </main>
  );
}

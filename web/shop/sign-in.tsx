import { useSignal } from '@preact/signals';
import { readFilledFields } from '../shared/autofill.ts';
import { say } from '../shared/language.ts';
import { LanguageSwitch } from '../shared/language-switch.tsx';
import { tidyLine } from '../shared/typed-text.ts';
import { type Credentials, credentialsIn, isWhole } from './credentials.ts';
import { texts } from './texts.ts';

/**
 * Why a device has to sign in: it has never been here, its link has lost a part, or its key opens nothing (any more).
 */
export type SignInReason = 'new' | 'broken-link' | 'refused';

/**
 * The form for a device that does not know its shop. It takes a whole link in either field, and says what else can be
 * done.
 */
export function SignIn({
  shop,
  reason,
  onSignIn,
}: {
  shop: string;
  reason: SignInReason;
  onSignIn: (credentials: Credentials) => void;
}) {
  const typed = useSignal<Credentials>({ shop, key: '' });
  const isChecked = useSignal(false);
  const submit = (event: Event) => {
    event.preventDefault();
    readFilledFields(event.currentTarget);
    isChecked.value = true;
    const pasted = [typed.value.shop, typed.value.key].map(credentialsIn).find(isWhole);
    const given = pasted ?? { shop: tidyLine(typed.value.shop), key: tidyLine(typed.value.key) };
    if (given.shop !== '' && given.key !== '') onSignIn(given);
  };
  const field = (name: keyof Credentials) => ({
    id: name,
    class: 'input',
    value: typed.value[name],
    'data-testid': `sign-in-${name}`,
    'aria-invalid': isChecked.value && tidyLine(typed.value[name]) === '',
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
        {reason === 'new' ? <p class="muted">{say(texts.signInHint)}</p> : <WhatToDo reason={reason} />}
        <div class="field">
          <label for="shop">{say(texts.shopId)}</label>
          <input {...field('shop')} autocomplete="username" autocapitalize="none" spellcheck={false} />
        </div>
        <div class="field">
          <label for="key">{say(texts.key)}</label>
          <input {...field('key')} type="password" autocomplete="current-password" />
        </div>
        {isChecked.value && (tidyLine(typed.value.shop) === '' || tidyLine(typed.value.key) === '') && (
          <p class="field-error" role="alert">
            {say(texts.missing)}
          </p>
        )}
        <button type="submit" class="button primary" data-testid="sign-in-submit">
          {say(texts.signInButton)}
        </button>
        <a class="button" href="order.html" data-testid="to-order">
          {say(texts.toOrder)}
        </a>
      </form>
    </main>
  );
}

/** Why the link or the key opened nothing, and what helps. */
function WhatToDo({ reason }: { reason: Exclude<SignInReason, 'new'> }) {
  return (
    <div class="banner banner-bad stack" role="alert" data-testid={reason}>
      <p>
        <strong>{say(reason === 'refused' ? texts.keyRefused : texts.linkBroken)}</strong>
      </p>
      <p>{say(reason === 'refused' ? texts.keyRefusedLong : texts.linkBrokenLong)}</p>
    </div>
  );
}

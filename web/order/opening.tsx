import { areAddressesLate } from '../shared/addresses.ts';
import { say } from '../shared/language.ts';
import { LanguageSwitch } from '../shared/language-switch.tsx';
import { LateAddresses } from '../shared/late-addresses.tsx';
import { attemptStore } from './placing/attempts.ts';
import { texts } from './texts.ts';

/** The page before it knows where the functions are. An order that an earlier page left unfinished waits with it. */
export function Opening() {
  if (!areAddressesLate.value) return null;
  return (
    <>
      <header class="top">
        <h1 class="page-name">{say(texts.title)}</h1>
        <LanguageSwitch />
      </header>
      <main class="main">
        <LateAddresses>{attemptStore.all().length > 0 && <p>{say(texts.orderIsKept)}</p>}</LateAddresses>
      </main>
    </>
  );
}

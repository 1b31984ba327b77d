import { areAddressesLate } from '../shared/addresses.ts';
import { say } from '../shared/language.ts';
import { LanguageSwitch } from '../shared/language-switch.tsx';
import { LateAddresses } from '../shared/late-addresses.tsx';
import { texts } from './texts.ts';

/** The page before it knows where the gateway is: no order can reach it. */
export function Opening() {
  if (!areAddressesLate.value) return null;
  return (
    <main class="stack opening">
      <div class="spread">
        <h1>{say(texts.title)}</h1>
        <LanguageSwitch />
      </div>
      <LateAddresses>
        <p>{say(texts.noOrdersHere)}</p>
      </LateAddresses>
    </main>
  );
}

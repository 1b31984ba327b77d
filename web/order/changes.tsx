import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { acceptChanges, changes } from './cart.ts';
import { texts } from './texts.ts';

/** What a fresh menu changed in the cart. */
export function Changes({ currency }: { currency: string }) {
  if (changes.value.length === 0) return null;
  return (
    <div class="banner banner-warn stack" role="alert" data-testid="changes">
      <p>{say(texts.changed)}</p>
      <ul class="bullets">
        {changes.value.map((change, index) => (
          <li key={`${index} ${change.name}`} class="typed">
            {change.type === 'gone'
              ? say(texts.changedGone, { dish: change.name })
              : say(texts.changedPrice, {
                  dish: change.name,
                  before: money(change.before, currency),
                  after: money(change.after, currency),
                })}
          </li>
        ))}
      </ul>
      <div>
        <button type="button" class="button" data-testid="accept-changes" onClick={acceptChanges}>
          {say(texts.confirmChanges)}
        </button>
      </div>
    </div>
  );
}

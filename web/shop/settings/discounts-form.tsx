import type { Discount, ShopSettings } from '../../../functions/domain/frames.ts';
import { minorDigits } from '../../../functions/domain/minor-unit.ts';
import { Field } from '../../shared/field.tsx';
import { say } from '../../shared/language.ts';
import { discountsInWords } from '../../shared/terms-words.ts';
import { centsOf, moneyProblem, typedMoney } from '../menu/money-typed.ts';
import { newId } from '../menu/new-id.ts';
import { texts } from '../texts.ts';
import { type Problems, TermsForm } from './terms-form.tsx';
import { termsTexts } from './terms-texts.ts';

interface Typed {
  discounts: { id: string; from: string; off: string }[];
}

/** What is taken off the items from some sum on (满减). */
export function DiscountsForm({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  const { currency, discounts = [] } = shop;
  const digits = minorDigits(currency);
  return (
    <TermsForm<Typed>
      title={say(texts.discounts)}
      testid="discounts-form"
      start={{
        discounts: discounts.map(({ fromCents, offCents }) => ({
          id: String(fromCents), // the same in each drawing; no sum is there twice
          from: typedMoney(fromCents, digits),
          off: typedMoney(offCents, digits),
        })),
      }}
      problemsOf={typed => problemsOf(typed, digits)}
      changeOf={typed => ({ op: 'set_discounts', discounts: discountsOf(typed, digits) })}
      preview={change =>
        change.op === 'set_discounts' && (
          <p>{discountsInWords(change.discounts, currency) || say(termsTexts.noDiscounts)}</p>
        )
      }
      fields={({ typed, problems, change }) => (
        <>
          <p class="muted small">{say(termsTexts.discountsHint)}</p>
          {typed.discounts.map(one => (
            <div key={one.id} class="choice-editor equal">
              {(['from', 'off'] as const).map(name => (
                <Field
                  key={name}
                  id={`${name}-${one.id}`}
                  label={say(termsTexts[`${name}Sum`], { currency })}
                  inputmode="decimal"
                  error={problems[`${name}-${one.id}`]}
                  value={one[name]}
                  onInput={value =>
                    change({
                      discounts: typed.discounts.map(other =>
                        other.id === one.id ? { ...one, [name]: value } : other,
                      ),
                    })
                  }
                />
              ))}
              <button
                type="button"
                class="icon-button"
                aria-label={say(termsTexts.removeDiscount, { from: one.from })}
                onClick={() => change({ discounts: typed.discounts.filter(({ id }) => id !== one.id) })}
              >
                ✕
              </button>
            </div>
          ))}
          <button
            type="button"
            class="button"
            data-testid="add-discount"
            onClick={() => change({ discounts: [...typed.discounts, { id: newId(), from: '', off: '' }] })}
          >
            {say(termsTexts.addDiscount)}
          </button>
        </>
      )}
      onClose={onClose}
    />
  );
}

function discountsOf({ discounts }: Typed, digits: number): Discount[] {
  return discounts.map(({ from, off }) => ({ fromCents: centsOf(from, digits), offCents: centsOf(off, digits) }));
}

function problemsOf({ discounts }: Typed, digits: number): Problems {
  const sums = discounts.map(({ from }) => centsOf(from, digits));
  return Object.fromEntries(
    discounts.flatMap(({ id, from, off }, index) => [
      [
        `from-${id}`,
        moneyProblem(from, digits) ?? (sums.indexOf(sums[index] ?? 0) < index ? termsTexts.sumTwice : undefined),
      ],
      [`off-${id}`, moneyProblem(off, digits) ?? (centsOf(off, digits) === 0 ? texts.missing : undefined)],
    ]),
  );
}

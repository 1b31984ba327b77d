import type { Amounts } from '../../../functions/domain/frames.ts';
import { chargesOf, chargeWords } from '../../shared/charges.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { texts } from '../texts.ts';

/** A sum; with `isFrom` it may become more. */
export function sumInWords(cents: number, currency: string, isFrom: boolean): string {
  const price = money(cents, currency);
  return isFrom ? say(texts.from, { price }) : price;
}

/**
 * What is charged, line by line where it is more than the dishes alone. `isFrom`: the area says what the delivery costs.
 */
export function AmountLines({
  amounts,
  currency,
  isFrom = false,
}: {
  amounts: Amounts;
  currency: string;
  isFrom?: boolean;
}) {
  return (
    <dl class="amounts">
      {chargesOf(amounts, isFrom).map(({ name, cents }) => (
        <div key={name} class="spread muted">
          <dt>{say(chargeWords[name])}</dt>
          <dd class="number">{sumInWords(cents, currency, isFrom && name === 'delivery')}</dd>
        </div>
      ))}
      <div class="spread total">
        <dt>{say(texts.total)}</dt>
        <dd class="number" data-testid="total">
          <strong>{sumInWords(amounts.totalCents, currency, isFrom)}</strong>
        </dd>
      </div>
    </dl>
  );
}

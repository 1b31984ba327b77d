import type { Amounts } from '../../../functions/domain/frames.ts';
import { say, type Text } from '../../shared/language.ts';
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
  const { itemsCents, packagingCents, deliveryCents, discountCents, totalCents } = amounts;
  const extras = [
    [texts.packaging, packagingCents],
    [texts.deliveryFee, deliveryCents],
    [texts.discount, -discountCents],
  ] as const;
  const isShown = (label: Text, cents: number) => cents !== 0 || (isFrom && label === texts.deliveryFee);
  const hasExtras = extras.some(([label, cents]) => isShown(label, cents));
  return (
    <dl class="amounts">
      {hasExtras && <Line label={say(texts.items)} sum={money(itemsCents, currency)} />}
      {extras.map(
        ([label, cents]) =>
          isShown(label, cents) && (
            <Line
              key={label[1]}
              label={say(label)}
              sum={sumInWords(cents, currency, isFrom && label === texts.deliveryFee)}
            />
          ),
      )}
      <div class="spread total">
        <dt>{say(texts.total)}</dt>
        <dd class="number" data-testid="total">
          <strong>{sumInWords(totalCents, currency, isFrom)}</strong>
        </dd>
      </div>
    </dl>
  );
}

function Line({ label, sum }: { label: string; sum: string }) {
  return (
    <div class="spread muted">
      <dt>{label}</dt>
      <dd class="number">{sum}</dd>
    </div>
  );
}

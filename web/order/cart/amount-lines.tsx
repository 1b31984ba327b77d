import type { Amounts } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { texts } from '../texts.ts';

/** What is charged, line by line where it is more than the dishes alone. */
export function AmountLines({ amounts, currency }: { amounts: Amounts; currency: string }) {
  const { itemsCents, packagingCents, deliveryCents, discountCents, totalCents } = amounts;
  const extras = [
    [texts.packaging, packagingCents],
    [texts.deliveryFee, deliveryCents],
    [texts.discount, -discountCents],
  ] as const;
  const hasExtras = extras.some(([, cents]) => cents !== 0);
  return (
    <dl class="amounts">
      {hasExtras && <Line label={say(texts.items)} cents={itemsCents} currency={currency} />}
      {extras.map(
        ([label, cents]) => cents !== 0 && <Line key={label[1]} label={say(label)} cents={cents} currency={currency} />,
      )}
      <div class="spread total">
        <dt>{say(texts.total)}</dt>
        <dd class="number" data-testid="total">
          <strong>{money(totalCents, currency)}</strong>
        </dd>
      </div>
    </dl>
  );
}

function Line({ label, cents, currency }: { label: string; cents: number; currency: string }) {
  return (
    <div class="spread muted">
      <dt>{label}</dt>
      <dd class="number">{money(cents, currency)}</dd>
    </div>
  );
}

import type { Shop } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { linkTo } from '../route.ts';
import { texts } from '../texts.ts';
import { sumInWords } from './amount-lines.tsx';
import { dishCount } from './cart.ts';
import { amounts, isFromOnly, missingCents, takesOrders } from './handover.ts';

/** The button to the checkout with the total; hidden while the cart is empty or the shop takes no orders. */
export function ToCheckout({ shop }: { shop: Shop }) {
  if (dishCount.value === 0 || !takesOrders(shop)) return null;
  const missing = missingCents(shop);
  return (
    <>
      {missing > 0 && (
        <p class="muted small" role="status" data-testid="missing-cents">
          {say(texts.belowMinimum, { missing: money(missing, shop.currency) })}
        </p>
      )}
      <a
        class="button primary wide big to-checkout"
        href={linkTo({ view: 'checkout', shop: shop.id })}
        data-testid="to-checkout"
      >
        <span>{say(texts.toCheckout, { n: dishCount.value })}</span>
        <span class="number">{sumInWords(amounts.value.totalCents, shop.currency, isFromOnly.value)}</span>
      </a>
    </>
  );
}

import type { Shop } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { linkTo } from '../route.ts';
import { texts } from '../texts.ts';
import { dishCount, totalCents } from './cart.ts';

/** The button to the checkout with the total; hidden while the cart is empty or the shop is closed. */
export function ToCheckout({ shop }: { shop: Shop }) {
  if (dishCount.value === 0 || !shop.open) return null;
  return (
    <a
      class="button primary wide big to-checkout"
      href={linkTo({ view: 'checkout', shop: shop.id })}
      data-testid="to-checkout"
    >
      <span>{say(texts.toCheckout, { n: dishCount.value })}</span>
      <span class="number">{money(totalCents.value, shop.currency)}</span>
    </a>
  );
}

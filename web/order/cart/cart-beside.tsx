import type { ComponentChildren } from 'preact';
import { pieceCents } from '../../../functions/domain/amounts.ts';
import type { Shop } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { Stepper } from '../../shared/stepper.tsx';
import { texts } from '../texts.ts';
import { cart, MOST_OF_ONE, setQuantity } from './cart.ts';
import { Choices } from './choices.tsx';
import { takesOrders } from './handover.ts';

import { ToCheckout } from './to-checkout.tsx';

/**
 * The cart beside the menu, on a wide window: every line with its quantity, the total and the way to the checkout, and
 * below that, where it moves no button when it comes, what is to be said of the order.
 */
export function CartBeside({ shop, children }: { shop: Shop; children: ComponentChildren }) {
  const { lines } = cart.value;
  return (
    <aside class="card stack cart-beside" aria-labelledby="cart-beside" data-testid="cart-beside">
      <h2 id="cart-beside">{say(texts.yourOrder)}</h2>
      {lines.length === 0 && <p class="muted">{say(texts.emptyCart)}</p>}
      {lines.length > 0 && (
        <ul>
          {lines.map(line => {
            const { key, name, note, quantity } = line;
            return (
              <li key={key} class="line spread">
                <div>
                  <p class="dish-name typed">{name}</p>
                  <Choices of={line.choices} />
                  {note !== '' && (
                    <p class="muted small typed" dir="auto">
                      {note}
                    </p>
                  )}
                  <p class="number muted">{money(pieceCents(line) * quantity, shop.currency)}</p>
                </div>
                <Stepper
                  name={name}
                  testid={`beside-${key}`}
                  quantity={quantity}
                  canAdd={takesOrders(shop) && quantity < MOST_OF_ONE}
                  isAnnounced={false}
                  onMore={() => setQuantity(key, quantity + 1)}
                  onLess={() => setQuantity(key, quantity - 1)}
                />
              </li>
            );
          })}
        </ul>
      )}
      <ToCheckout shop={shop} />
      {children}
    </aside>
  );
}

import { useSignal } from '@preact/signals';
import type { Dish, Shop } from '../../functions/domain/frames.ts';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { dishCount, MOST_OF_ONE, quantityOf, setQuantity, totalCents } from './cart.ts';
import { Changes } from './changes.tsx';
import { linkTo } from './route.ts';
import { ShopState } from './shop-list.tsx';
import { texts } from './texts.ts';

/** A shop's menu by category, with search. */
export function Menu({ shop }: { shop: Shop }) {
  const wanted = useSignal('');
  const found = shop.dishes.filter(dish => matches(dish, wanted.value));
  const categories = byCategory(found);
  return (
    <div class="stack menu">
      <div class="stack shop-head">
        <h1 class="typed">{shop.name}</h1>
        <ShopState shop={shop} />
      </div>
      <ShopNotice shop={shop} />
      <Changes currency={shop.currency} />
      <div class="field search">
        <label class="visually-hidden" for="search">
          {say(texts.search)}
        </label>
        <input
          id="search"
          class="input"
          type="search"
          enterkeyhint="search"
          autocomplete="off"
          placeholder={say(texts.search)}
          data-testid="search"
          value={wanted.value}
          onInput={event => {
            wanted.value = event.currentTarget.value;
          }}
        />
      </div>
      {categories.size > 1 && <Categories names={[...categories.keys()]} />}
      {found.length === 0 && <p class="nothing">{say(texts.noDish)}</p>}
      {[...categories].map(([category, dishes], index) => (
        <section key={category} aria-labelledby={`category-${index}`}>
          <h2 class="category typed" id={`category-${index}`} tabIndex={-1}>
            {category || say(texts.otherDishes)}
          </h2>
          <ul class="dishes">
            {dishes.map(dish => (
              <li key={dish.id}>
                <DishRow dish={dish} shop={shop} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {dishCount.value > 0 && shop.open && (
        <nav class="cart-bar">
          <a class="button primary wide" href={linkTo({ view: 'checkout', shop: shop.id })} data-testid="to-checkout">
            <span>{say(texts.toCheckout, { n: dishCount.value })}</span>
            <span class="number">{money(totalCents.value, shop.currency)}</span>
          </a>
        </nav>
      )}
    </div>
  );
}

/** What the customer should know before choosing. */
export function ShopNotice({ shop }: { shop: Shop }) {
  if (!shop.open) return <p class="banner banner-bad">{say(texts.closedLong)}</p>;
  if (!shop.online) return <p class="banner banner-warn">{say(texts.offlineLong)}</p>;
  return null;
}

/** Buttons, not links: the fragment is the page's address. */
function Categories({ names }: { names: readonly string[] }) {
  return (
    <div class="categories">
      {names.map((name, index) => (
        <button
          key={name}
          type="button"
          class="button typed"
          onClick={() => {
            const heading = document.getElementById(`category-${index}`);
            heading?.scrollIntoView({ block: 'start' });
            heading?.focus({ preventScroll: true });
          }}
        >
          {name || say(texts.otherDishes)}
        </button>
      ))}
    </div>
  );
}

function DishRow({ dish, shop }: { dish: Dish; shop: Shop }) {
  return (
    <div class="dish" data-testid={`dish-${dish.id}`} data-available={dish.available}>
      <div>
        <p class="dish-name typed">{dish.name}</p>
        <p class="number muted">{money(dish.priceCents, shop.currency)}</p>
      </div>
      {dish.available ? <Stepper dish={dish} disabled={!shop.open} /> : <span class="chip">{say(texts.soldOut)}</span>}
    </div>
  );
}

/** How many of a dish: minus, number, plus. Minus and number appear with the first one. */
export function Stepper({
  dish,
  disabled = false,
}: {
  dish: Pick<Dish, 'id' | 'name' | 'priceCents'>;
  disabled?: boolean;
}) {
  const quantity = quantityOf(dish.id);
  return (
    <div class="stepper">
      {quantity > 0 && (
        <>
          <button
            type="button"
            class="button round"
            aria-label={say(texts.remove, { dish: dish.name })}
            data-testid={`less-${dish.id}`}
            onClick={() => setQuantity(dish, quantity - 1)}
          >
            <span aria-hidden="true">−</span>
          </button>
          <span class="number quantity" aria-live="polite" data-testid={`quantity-${dish.id}`}>
            {quantity}
          </span>
        </>
      )}
      <button
        type="button"
        class="button round primary"
        disabled={disabled || quantity >= MOST_OF_ONE}
        aria-label={say(texts.add, { dish: dish.name })}
        data-testid={`more-${dish.id}`}
        onClick={() => setQuantity(dish, quantity + 1)}
      >
        <span aria-hidden="true">+</span>
      </button>
    </div>
  );
}

/** Dishes by category, both in the order of the menu. */
function byCategory(dishes: readonly Dish[]): Map<string, Dish[]> {
  const categories = new Map<string, Dish[]>();
  for (const dish of dishes) categories.set(dish.category, [...(categories.get(dish.category) ?? []), dish]);
  return categories;
}

function matches(dish: Dish, wanted: string): boolean {
  const plain = (text: string) => text.normalize('NFKC').toLowerCase();
  return plain(`${dish.name} ${dish.category}`).includes(plain(wanted.trim()));
}

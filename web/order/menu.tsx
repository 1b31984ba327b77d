import { useSignal } from '@preact/signals';
import type { Dish, Shop } from '../../functions/domain/frames.ts';
import { Chip } from '../shared/chip.tsx';
import { Dock } from '../shared/dock.tsx';
import { Empty } from '../shared/empty.tsx';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { Stepper } from '../shared/stepper.tsx';
import { addDish, dishCount, hasRoomFor, quantityOf, removeDish, totalCents } from './cart.ts';
import { ChangesNote } from './changes.tsx';
import { linkTo } from './route.ts';
import { ShopNotice, ShopState } from './shop-state.tsx';
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
      <Search wanted={wanted.value} onInput={text => (wanted.value = text)} />
      {categories.size > 1 && <Categories names={[...categories.keys()]} />}
      {shop.dishes.length === 0 && <Empty>{say(texts.noDishes)}</Empty>}
      {shop.dishes.length > 0 && found.length === 0 && (
        <Empty>
          <p>{say(texts.noDish)}</p>
          <div>
            <button type="button" class="button" onClick={() => (wanted.value = '')}>
              {say(texts.wholeMenu)}
            </button>
          </div>
        </Empty>
      )}
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
      <Dock>
        <ShopNotice shop={shop} />
        <ChangesNote currency={shop.currency} />
        {dishCount.value > 0 && shop.open && (
          <a
            class="button primary wide big to-checkout"
            href={linkTo({ view: 'checkout', shop: shop.id })}
            data-testid="to-checkout"
          >
            <span>{say(texts.toCheckout, { n: dishCount.value })}</span>
            <span class="number">{money(totalCents.value, shop.currency)}</span>
          </a>
        )}
      </Dock>
    </div>
  );
}

function Search({ wanted, onInput }: { wanted: string; onInput: (text: string) => void }) {
  return (
    <div class="field">
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
        value={wanted}
        onInput={event => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

/** Buttons, not links: the fragment is the page's address. */
function Categories({ names }: { names: readonly string[] }) {
  return (
    <nav class="categories" aria-label={say(texts.categories)}>
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
    </nav>
  );
}

function DishRow({ dish, shop }: { dish: Dish; shop: Shop }) {
  return (
    <div class="dish" data-testid={`dish-${dish.id}`} data-available={dish.available}>
      <div>
        <p class="dish-name typed">{dish.name}</p>
        <p class="number muted">{money(dish.priceCents, shop.currency)}</p>
      </div>
      {dish.available ? (
        <Stepper
          name={dish.name}
          testid={dish.id}
          quantity={quantityOf(dish.id)}
          canAdd={shop.open && hasRoomFor(dish.id)}
          onMore={() => addDish(dish)}
          onLess={() => removeDish(dish.id)}
        />
      ) : (
        <Chip>{say(texts.soldOut)}</Chip>
      )}
    </div>
  );
}

/** Dishes by category, both in the order of the menu. */
function byCategory(dishes: readonly Dish[]): Map<string, Dish[]> {
  const categories = new Map<string, Dish[]>();
  for (const dish of dishes) categories.set(dish.category, [...(categories.get(dish.category) ?? []), dish]);
  return categories;
}

/** Every word that was typed stands somewhere in the name or the category. */
function matches(dish: Dish, wanted: string): boolean {
  const plain = (text: string) => text.normalize('NFKC').toLowerCase();
  const text = plain(`${dish.name} ${dish.category}`);
  return plain(wanted)
    .split(/\s+/)
    .every(word => text.includes(word));
}

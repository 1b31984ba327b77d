import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo } from 'preact/hooks';
import type { Shop } from '../../../functions/domain/frames.ts';
import { findDishes, indexDishes } from '../../shared/dish-search.ts';
import { Dock } from '../../shared/dock.tsx';
import { Empty } from '../../shared/empty.tsx';
import { useGrowingList } from '../../shared/growing.ts';
import { say } from '../../shared/language.ts';
import { firstDishes, sections } from '../../shared/sections.ts';
import { hasRoomFor, quantityOf } from '../cart/cart.ts';
import { CartBeside } from '../cart/cart-beside.tsx';
import { ChangesNote } from '../cart/changes.tsx';
import { takesOrders } from '../cart/handover.ts';
import { ToCheckout } from '../cart/to-checkout.tsx';
import { texts } from '../texts.ts';
import { isWide } from '../wide.ts';
import { DishRow, rowOf } from './dish-row.tsx';
import { faceOf } from './face.ts';
import { Monogram } from './monogram.tsx';
import { ShopAbout } from './shop-about.tsx';
import { ShopNotice, ShopState } from './shop-state.tsx';

/** A shop's menu by category, with search. */
export function Menu({ shop }: { shop: Shop }) {
  const wanted = useSignal('');
  const found = useMemo(() => findDishes(shop.dishes, wanted.value), [shop.dishes, wanted.value]);
  const all = useMemo(() => sections(found), [found]);
  const { shown, showAll } = useGrowingList(found.length, `${shop.id} ${wanted.value}`, (from, to) =>
    indexDishes(found.slice(from, to)),
  );
  const hasPictures = shop.dishes.some(({ imageUrl }) => imageUrl !== undefined);
  const notes = (
    <>
      <ShopNotice shop={shop} />
      <ChangesNote currency={shop.currency} />
    </>
  );
  return (
    <div class={isWide.value ? 'menu menu-wide' : 'menu menu-narrow'}>
      <div class="shop-head" data-face={faceOf(shop.id)}>
        <Monogram shop={shop} />
        <h1 class="typed">{shop.name}</h1>
        <ShopState shop={shop} />
        <div class="shop-about">
          <ShopAbout shop={shop} />
        </div>
      </div>
      <div class="stack menu-dishes">
        <Search wanted={wanted.value} onInput={text => (wanted.value = text)} />
        {all.length > 1 && <Categories names={all.map(({ category }) => category)} onChosen={showAll} />}
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
        {firstDishes(all, shown).map(({ category, dishes }, index) => (
          <section key={category} aria-labelledby={headingId(index)}>
            <h2 class="category typed" id={headingId(index)} tabIndex={-1}>
              {category || say(texts.otherDishes)}
            </h2>
            <ul class="dishes">
              {dishes.map(dish => (
                <DishRow
                  key={dish.id}
                  {...rowOf(dish)}
                  currency={shop.currency}
                  hasPictures={hasPictures}
                  quantity={quantityOf(dish.id)}
                  canAdd={takesOrders(shop) && (dish.options !== undefined || hasRoomFor(dish.id))}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {isWide.value ? (
        <CartBeside shop={shop}>{notes}</CartBeside>
      ) : (
        <Dock>
          {notes}
          <ToCheckout shop={shop} />
        </Dock>
      )}
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
function Categories({ names, onChosen }: { names: readonly string[]; onChosen: () => void }) {
  const chosen = useSignal<number | undefined>(undefined);
  const { value: index } = chosen;
  // After the rows are there.
  useLayoutEffect(() => {
    if (index === undefined) return;
    const heading = document.getElementById(headingId(index));
    heading?.scrollIntoView({ block: 'start' });
    heading?.focus({ preventScroll: true });
    chosen.value = undefined;
  }, [index]);
  return (
    <nav class="categories" aria-label={say(texts.categories)}>
      {names.map((name, index) => (
        <button
          key={name}
          type="button"
          class="button typed"
          onClick={() => {
            onChosen();
            chosen.value = index;
          }}
        >
          {name || say(texts.otherDishes)}
        </button>
      ))}
    </nav>
  );
}

function headingId(index: number): string {
  return `category-${index}`;
}

import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Dish, ShopSettings } from '../../functions/domain/frames.ts';
import { Dialog } from '../shared/dialog.tsx';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { CategoryForm } from './category-form.tsx';
import { DishForm } from './dish-form.tsx';
import { inOrderOf, moveCategory, moveDish, sections } from './menu-order.ts';
import { command, stream } from './screen.ts';
import { texts } from './texts.ts';

/** The menu's editor: every dish with its price, put in order by up and down, opened for changes by a tap. */
export function MenuDialog({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  const editing = useSignal<Dish | 'new' | { category: string } | undefined>(undefined);
  const body = useFocusThatMoves();
  const dishes = wantedDishes();
  const order = (ids: string[]) => command({ op: 'order_dishes', dishes: ids });
  const all = sections(dishes);
  const done = () => {
    editing.value = undefined;
  };
  const { value } = editing;
  return (
    <Dialog title={say(texts.editMenu)} testid="menu-dialog" onClose={onClose}>
      <div class="spread intro">
        <p class="muted">{say(texts.menuHint)}</p>
        <button
          type="button"
          class="button primary"
          data-testid="new-dish"
          onClick={() => {
            editing.value = 'new';
          }}
        >
          {say(texts.newDish)}
        </button>
      </div>
      <div ref={body}>
        {all.map(({ category, dishes: inCategory }, index) => (
          <section key={category} class="menu-section" aria-label={category}>
            <div class="menu-row menu-category">
              <h3 class="typed" dir="auto">
                {category}
              </h3>
              <button
                type="button"
                class="quiet-button"
                data-testid={`rename-${category}`}
                onClick={() => {
                  editing.value = { category };
                }}
              >
                {say(texts.rename)}
                <span class="visually-hidden"> {category}</span>
              </button>
              <Movers
                what={category}
                id={`category-${category}`}
                isFirst={index === 0}
                isLast={index === all.length - 1}
                onMove={by => order(moveCategory(wantedDishes(), category, by))}
              />
            </div>
            <ul>
              {inCategory.map((dish, place) => (
                <li key={dish.id} class="menu-row" data-testid={`menu-${dish.id}`}>
                  <button
                    type="button"
                    class="menu-dish"
                    data-testid={`edit-${dish.id}`}
                    onClick={() => {
                      editing.value = dish;
                    }}
                  >
                    <span class="typed" dir="auto">
                      {dish.name}
                    </span>
                    <span class="row muted small">
                      <span class="number">{money(dish.priceCents, shop.currency)}</span>
                      {!dish.available && <span class="chip chip-bad">{say(texts.soldOut)}</span>}
                    </span>
                  </button>
                  <Movers
                    what={dish.name}
                    id={dish.id}
                    isFirst={place === 0}
                    isLast={place === inCategory.length - 1}
                    onMove={by => order(moveDish(wantedDishes(), dish.id, by))}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      {value !== undefined && value !== 'new' && !('id' in value) && (
        <CategoryForm category={value.category} dishes={dishes} onClose={done} />
      )}
      {value !== undefined && (value === 'new' || 'id' in value) && (
        <DishForm
          dish={value === 'new' ? undefined : value}
          currency={shop.currency}
          categories={all.map(({ category }) => category)}
          onClose={done}
        />
      )}
    </Dialog>
  );
}

/** The menu in the order that was asked for last, even if the answer is still on its way: quick taps build on each other. */
function wantedDishes(): Dish[] {
  const { shop, outbox } = stream.value ?? {};
  const dishes = shop?.dishes ?? [];
  const wanted = outbox?.flatMap(({ operation }) => (operation.op === 'order_dishes' ? [operation.dishes] : []));
  return inOrderOf(dishes, wanted?.at(-1) ?? dishes.map(({ id }) => id));
}

function Movers({
  what,
  id,
  isFirst,
  isLast,
  onMove,
}: {
  what: string;
  id: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
}) {
  const mover = (by: -1 | 1, isEnd: boolean) => (
    <button
      type="button"
      class="icon-button"
      aria-label={say(by === -1 ? texts.moveUp : texts.moveDown, { what })}
      aria-disabled={isEnd}
      data-mover={`${id} ${by}`}
      data-testid={`${by === -1 ? 'up' : 'down'}-${id}`}
      onClick={() => isEnd || onMove(by)}
    >
      {by === -1 ? '▲' : '▼'}
    </button>
  );
  return (
    <span class="movers">
      {mover(-1, isFirst)}
      {mover(1, isLast)}
    </span>
  );
}

/** A row that is moved in the page loses the focus; who moves it on by key wants to go on with it. */
function useFocusThatMoves() {
  const body = useRef<HTMLDivElement>(null);
  const focused = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const active = document.activeElement;
    if (
      focused.current !== undefined &&
      (active === null || active === document.body || active.nodeName === 'DIALOG')
    ) {
      const movers = body.current?.querySelectorAll<HTMLElement>('[data-mover]') ?? [];
      [...movers].find(({ dataset }) => dataset.mover === focused.current)?.focus();
    }
  });
  useLayoutEffect(() => {
    const note = ({ target }: FocusEvent) => {
      focused.current = target instanceof HTMLElement ? target.dataset.mover : undefined;
    };
    body.current?.addEventListener('focusin', note);
    return () => body.current?.removeEventListener('focusin', note);
  }, []);
  return body;
}

import { type Signal, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Change, Dish, ShopSettings } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { useGrowingList } from '../../shared/growing.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { row } from '../../shared/row.ts';
import { firstDishes, sections } from '../../shared/sections.ts';
import { command, stream } from '../screen.ts';
import { texts } from '../texts.ts';
import { CategoryForm } from './category-form.tsx';
import { DishForm } from './dish-form.tsx';
import { MenuFileDialog } from './menu-file-dialog.tsx';
import { menuFileTexts } from './menu-file-texts.ts';
import { applyMoves, createCategoryMove, createDishMove } from './menu-order.ts';

/** A dish, one that is not there yet, a category, or nothing. */
type Editing = Dish | 'new' | { category: string } | undefined;

/** The menu's editor: every dish with its price, put in order by up and down, opened for changes by a tap. */
export function MenuDialog({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  const editing = useSignal<Editing>(undefined);
  const isFile = useSignal(false);
  const body = useFocusThatMoves();
  const dishes = wantedDishes();
  const all = sections(dishes);
  const { shown } = useGrowingList(dishes.length, '');
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
        <button type="button" class="button" data-testid="menu-as-file" onClick={() => (isFile.value = true)}>
          {say(menuFileTexts.title)}
        </button>
      </div>
      <div ref={body}>
        {firstDishes(all, shown).map(({ category, dishes: inCategory }, index) => (
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
                onMove={by => run(createCategoryMove(wantedDishes(), category, by))}
              />
            </div>
            <ul>
              {inCategory.map(({ id, name, priceCents, available }, place) => (
                <DishRow
                  key={id}
                  id={id}
                  name={name}
                  priceCents={priceCents}
                  currency={shop.currency}
                  available={available}
                  isFirst={place === 0}
                  isLast={id === all[index]?.dishes.at(-1)?.id}
                  editing={editing}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {isFile.value && <MenuFileDialog shop={shop} onClose={() => (isFile.value = false)} />}
      {value !== undefined && value !== 'new' && !('id' in value) && (
        <CategoryForm category={value.category} onClose={done} />
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

type RowOfDish = Pick<Dish, 'id' | 'name' | 'priceCents' | 'available'> & {
  currency: string;
  isFirst: boolean;
  isLast: boolean;
  /** What is edited. */
  editing: Signal<Editing>;
};

const DishRow = row(({ id, name, priceCents, available, currency, isFirst, isLast, editing }: RowOfDish) => {
  return (
    <li class="menu-row" data-testid={`menu-${id}`}>
      <button
        type="button"
        class="menu-dish"
        data-testid={`edit-${id}`}
        onClick={() => {
          editing.value = wantedDishes().find(dish => dish.id === id);
        }}
      >
        <span class="typed" dir="auto">
          {name}
        </span>
        <span class="row muted small">
          <span class="number">{money(priceCents, currency)}</span>
          {!available && <span class="chip chip-bad">{say(texts.soldOut)}</span>}
        </span>
      </button>
      <Movers
        what={name}
        id={id}
        isFirst={isFirst}
        isLast={isLast}
        onMove={by => run(createDishMove(wantedDishes(), id, by))}
      />
    </li>
  );
});

function run(change: Change | undefined): void {
  if (change !== undefined) command(change);
}

/** The menu as it was asked for, even if the answers are still on their way: quick taps build on each other. */
function wantedDishes(): readonly Dish[] {
  const { shop, outbox = [] } = stream.value ?? {};
  return applyMoves(
    shop?.dishes ?? [],
    outbox.map(({ operation }) => operation),
  );
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

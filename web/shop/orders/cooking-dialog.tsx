import { useMemo } from 'preact/hooks';
import type { ShopStream } from '../../connection/shop/state.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say, type Text } from '../../shared/language.ts';
import { texts } from '../texts.ts';
import { type DishToCook, dishesToCook, notesOnOrders, type OrderNote, type Wish } from './cooking.ts';
import { isForLater, laterOrders } from './later.ts';

/** All dishes to cook now, with how many of each: the kitchen's view of the board, as it is at every moment. Orders for later come with their time. */
export function CookingDialog({ state: { orders, shop }, onClose }: { state: ShopStream; onClose: () => void }) {
  const later = laterOrders.value;
  const now = useMemo(() => [...orders.values()].filter(order => !isForLater(order)), [orders, later]);
  const dishes = useMemo(() => dishesToCook(now, shop?.dishes ?? []), [now, shop?.dishes]);
  const notes = useMemo(() => notesOnOrders(now), [now]);
  const sum = (which: 'accepted' | 'placed') => dishes.reduce((sum, dish) => sum + dish[which], 0);
  const categories = [...new Set(dishes.map(({ category }) => category))];
  return (
    <Dialog title={say(texts.toCookTitle)} testid="cooking-dialog" onClose={onClose}>
      <p class="muted" data-testid="cooking-sum">
        {say(dishes.length === 0 ? texts.nothingToCook : texts.toCookSum, { a: sum('accepted'), p: sum('placed') })}
      </p>
      {notes.length > 0 && <NotesOnOrders notes={notes} />}
      {categories.map(category => (
        <section key={category} class="stack">
          <h3 class="typed" dir="auto">
            {category === '' ? say(texts.noLongerOnMenu) : category}
          </h3>
          <ul class="cooking">
            {dishes.map(dish => dish.category === category && <Line key={dish.dish} dish={dish} />)}
          </ul>
        </section>
      ))}
    </Dialog>
  );
}

/** First of all: each of them may change how any dish of its order is made. */
function NotesOnOrders({ notes }: { notes: readonly OrderNote[] }) {
  return (
    <section class="stack" data-testid="cooking-notes">
      <h3>{say(texts.notesOnOrders)}</h3>
      <ul class="cooking-wishes">
        {notes.map(({ number, note }) => (
          <li key={number} class="item-note">
            <strong class="number">#{number}</strong>{' '}
            <span class="typed" dir="auto">
              {note}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Line({ dish: { dish, name, accepted, placed, variants, wishes } }: { dish: DishToCook }) {
  return (
    <li class="cooking-dish" data-testid={`cook-${dish}`}>
      <strong class="number cooking-count">{accepted}×</strong>
      <span class="typed cooking-name" dir="auto">
        {name}
      </span>
      {placed > 0 && <span class="chip chip-warn number">{say(texts.toCookNew, { n: placed })}</span>}
      <Wishes of={variants} label={texts.choices} kind="cooking-variant" />
      <Wishes of={wishes} label={texts.wishes} kind="item-note" />
    </li>
  );
}

/** What a part of the portions is to be like, and of which orders they are. */
function Wishes({ of: wishes, label, kind }: { of: readonly Wish[]; label: Text; kind: string }) {
  if (wishes.length === 0) return null;
  return (
    <ul class="cooking-wishes" aria-label={say(label)}>
      {wishes.map(({ note, quantity, orders }) => (
        <li key={note} class={kind}>
          <strong class="number">{quantity}×</strong>{' '}
          <span class="typed" dir="auto">
            {note}
          </span>{' '}
          <span class="number">{orders.map(number => `#${number}`).join(' ')}</span>
        </li>
      ))}
    </ul>
  );
}

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Dish, ShopSettings } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { findDishes, indexDishes } from '../../shared/dish-search.ts';
import { useGrowingList } from '../../shared/growing.ts';
import { say } from '../../shared/language.ts';
import { row } from '../../shared/row.ts';
import { Switch } from '../../shared/switch.tsx';
import { may } from '../may.ts';
import { command, stream } from '../screen.ts';
import { texts } from '../texts.ts';
import { ChoiceSwitches } from './choice-switches.tsx';

/** What is sold out, dish by dish; and the way to the menu's editor. */
export function DishesDialog({
  shop,
  onEdit,
  onClose,
}: {
  shop: ShopSettings;
  onEdit: () => void;
  onClose: () => void;
}) {
  const wanted = useSignal('');
  const { dishes = [] } = shop;
  const found = useMemo(() => findDishes(dishes, wanted.value), [dishes, wanted.value]);
  const { shown } = useGrowingList(found.length, wanted.value, (from, to) => indexDishes(found.slice(from, to)));
  const busy = new Set(stream.value?.outbox.flatMap(({ operation: one }) => (one.op === 'set_dish' ? one.dish : [])));
  return (
    <Dialog title={say(texts.dishes)} testid="dishes-dialog" onClose={onClose}>
      <div class="spread intro">
        <p class="muted">{say(texts.dishesHint)}</p>
        {may('put_dish') && (
          <button type="button" class="button" data-testid="edit-menu" onClick={onEdit}>
            {say(texts.editMenu)}
          </button>
        )}
      </div>
      <input
        class="input"
        type="search"
        autocomplete="off"
        aria-label={say(texts.search)}
        placeholder={say(texts.search)}
        value={wanted.value}
        onInput={event => {
          wanted.value = event.currentTarget.value;
        }}
      />
      {found.length === 0 && (
        <p class="nothing" role="status">
          {say(texts.noDish)}
        </p>
      )}
      <ul class="dish-list">
        {found.slice(0, shown).map(dish => (
          <li key={dish.id} class="dish typed">
            <DishSwitch id={dish.id} name={dish.name} available={dish.available} busy={busy.has(dish.id)} />
            {dish.options !== undefined && <ChoiceSwitches dish={dish} options={dish.options} />}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

const DishSwitch = row(({ id, name, available, busy }: Pick<Dish, 'id' | 'name' | 'available'> & { busy: boolean }) => {
  return (
    <Switch
      label={name}
      on={available}
      busy={busy}
      testid={`available-${id}`}
      onChange={available => command({ op: 'set_dish', dish: id, available })}
    />
  );
});

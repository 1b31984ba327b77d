import { useSignal } from '@preact/signals';
import type { ShopSettings } from '../../functions/domain/frames.ts';
import { Dialog } from '../shared/dialog.tsx';
import { say } from '../shared/language.ts';
import { Switch } from '../shared/switch.tsx';
import { command, isPending } from './screen.ts';
import { texts } from './texts.ts';

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
  const plain = (text: string) => text.normalize('NFKC').toLowerCase();
  const found = (shop.dishes ?? []).filter(({ name, category }) =>
    plain(`${name} ${category}`).includes(plain(wanted.value.trim())),
  );
  return (
    <Dialog title={say(texts.dishes)} testid="dishes-dialog" onClose={onClose}>
      <div class="spread intro">
        <p class="muted">{say(texts.dishesHint)}</p>
        <button type="button" class="button" data-testid="edit-menu" onClick={onEdit}>
          {say(texts.editMenu)}
        </button>
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
        {found.map(dish => (
          <li key={dish.id} class="dish typed">
            <Switch
              label={dish.name}
              on={dish.available}
              busy={isPending(operation => operation.op === 'set_dish' && operation.dish === dish.id)}
              testid={`available-${dish.id}`}
              onChange={available => command({ op: 'set_dish', dish: dish.id, available })}
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

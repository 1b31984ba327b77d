import { useSignal } from '@preact/signals';
import type { ShopStream } from '../connection/shop-state.ts';
import { say } from '../shared/language.ts';
import { Switch } from '../shared/switch.tsx';
import { allowSound, isMuted, isSoundAllowed, mute } from './bell.ts';
import { ConnectionChip, ConnectionTrouble } from './connection-state.tsx';
import { DishesDialog } from './dishes-dialog.tsx';
import { DoneDialog } from './done-dialog.tsx';
import { command, isPending } from './screen.ts';
import { SettingsDialog } from './settings-dialog.tsx';
import { texts } from './texts.ts';

/** Whose screen it is, whether it is connected, and the switches. */
export function Header({ state }: { state: ShopStream }) {
  const shown = useSignal<'dishes' | 'settings' | 'done' | undefined>(undefined);
  const close = () => {
    shown.value = undefined;
  };
  const show = (what: 'dishes' | 'settings' | 'done') => () => {
    shown.value = what;
  };
  const { shop } = state;
  return (
    <header class="bar">
      <div class="bar-main">
        <h1 class="typed bar-name">{shop?.name ?? state.identity.shop}</h1>
        <ConnectionChip state={state} />
        {shop && (
          <div class="open-switch" data-open={shop.open}>
            <Switch
              label={say(shop.open ? texts.openSwitch : texts.closedSwitch)}
              on={shop.open}
              busy={isPending(({ op }) => op === 'set_open')}
              testid="open-switch"
              onChange={open => command({ op: 'set_open', open })}
            />
          </div>
        )}
        <div class="bar-buttons">
          <BellButton />
          <button type="button" class="button" data-testid="dishes" disabled={!shop} onClick={show('dishes')}>
            {say(texts.dishes)}
          </button>
          <button type="button" class="button" data-testid="done" onClick={show('done')}>
            {say(texts.done)}
          </button>
          <button type="button" class="button" data-testid="settings" disabled={!shop} onClick={show('settings')}>
            {say(texts.settings)}
          </button>
        </div>
      </div>
      <ConnectionTrouble state={state} />
      {!isSoundAllowed.value && !isMuted.value && (
        <button type="button" class="bell-ask" data-testid="allow-sound" onClick={allowSound}>
          <span aria-hidden="true">🔔 </span>
          {say(texts.bellAsk)}
        </button>
      )}
      {shown.value === 'dishes' && shop && <DishesDialog shop={shop} onClose={close} />}
      {shown.value === 'settings' && shop && <SettingsDialog shop={shop} onClose={close} />}
      {shown.value === 'done' && <DoneDialog state={state} onClose={close} />}
    </header>
  );
}

function BellButton() {
  return (
    <button
      type="button"
      class={isMuted.value ? 'button bad' : 'button'}
      aria-pressed={isMuted.value}
      data-testid="mute"
      onClick={() => mute(!isMuted.value)}
    >
      <span aria-hidden="true">{isMuted.value ? '🔕' : '🔔'}</span>
      <span class="bell-word">
        {say(isMuted.value ? texts.bellMuted : isSoundAllowed.value ? texts.bellOn : texts.bellOff)}
      </span>
    </button>
  );
}

import { useSignal } from '@preact/signals';
import type { ShopStream } from '../connection/shop-state.ts';
import { say } from '../shared/language.ts';
import { Switch } from '../shared/switch.tsx';
import { isMuted, isRinging, isSoundAllowed, mute } from './bell.ts';
import { BusyButton } from './busy-button.tsx';
import { ConnectionChip } from './connection-state.tsx';
import { DishesDialog } from './dishes-dialog.tsx';
import { DoneDialog } from './done-dialog.tsx';
import { MenuDialog } from './menu-dialog.tsx';
import { entries, MoreDialog, type Opened } from './more-dialog.tsx';
import { command, isPending } from './screen.ts';
import { SettingsDialog } from './settings-dialog.tsx';
import { SummaryDialog } from './summary-dialog.tsx';
import { texts } from './texts.ts';

/** Whose screen it is, whether it is connected, and the switches. Its height, and where its buttons are, never change. */
export function Header({ state }: { state: ShopStream }) {
  const opened = useSignal<Opened | undefined>(undefined);
  const close = () => {
    opened.value = undefined;
  };
  const open = (what: Opened) => {
    opened.value = what;
  };
  const { shop } = state;
  return (
    <header class="bar">
      <div class="bar-line">
        <h1 class="typed bar-name">{shop?.name ?? state.identity.shop}</h1>
        <ConnectionChip state={state} />
      </div>
      <div class="bar-line">
        <div class="open-switch" data-open={shop?.open ?? true}>
          {shop && (
            <Switch
              label={say(shop.open ? texts.openSwitch : texts.closedSwitch)}
              on={shop.open}
              busy={isPending(({ op }) => op === 'set_open')}
              testid="open-switch"
              onChange={open => command({ op: 'set_open', open })}
            />
          )}
        </div>
        <div class="bar-buttons">
          {shop && <BusyButton shop={shop} />}
          <BellButton />
          {entries.map(({ what, title }) => (
            <button
              key={what}
              type="button"
              class="button wide-only"
              data-testid={what}
              disabled={!shop}
              onClick={() => open(what)}
            >
              {say(title)}
            </button>
          ))}
          <button type="button" class="button phone-only" data-testid="more" onClick={() => open('more')}>
            <span aria-hidden="true">☰</span>
            <span class="visually-hidden">{say(texts.more)}</span>
          </button>
        </div>
      </div>
      {shop && opened.value === 'dishes' && <DishesDialog shop={shop} onEdit={() => open('menu')} onClose={close} />}
      {shop && opened.value === 'menu' && <MenuDialog shop={shop} onClose={close} />}
      {shop && opened.value === 'settings' && <SettingsDialog shop={shop} onClose={close} />}
      {opened.value === 'summary' && <SummaryDialog onClose={close} />}
      {opened.value === 'done' && <DoneDialog state={state} onClose={close} />}
      {opened.value === 'more' && <MoreDialog onOpen={open} onClose={close} />}
    </header>
  );
}

function BellButton() {
  const kind = isMuted.value ? 'muted-bell' : isSoundAllowed.value ? '' : 'loud';
  return (
    <button
      type="button"
      class={`button bell-button ${kind}`}
      aria-pressed={isMuted.value}
      data-testid="mute"
      data-ringing={isRinging.value && isSoundAllowed.value}
      onClick={() => mute(!isMuted.value)}
    >
      <span aria-hidden="true">{isMuted.value ? '🔕' : '🔔'}</span>
      <span class="bell-word">
        {say(isMuted.value ? texts.bellMuted : isSoundAllowed.value ? texts.bellOn : texts.bellOff)}
      </span>
    </button>
  );
}

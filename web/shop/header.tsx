import { useSignal } from '@preact/signals';
import type { ShopStream } from '../connection/shop/state.ts';
import { say } from '../shared/language.ts';
import { Toasts } from '../shared/toast.tsx';
import { isMuted, isRinging, tapBell } from './attention/bell.ts';
import { ConnectionChip } from './attention/connection-state.tsx';
import { isSoundAllowed } from './attention/sound.ts';
import { DoneDialog } from './day/done-dialog.tsx';
import { laterDialog } from './later-dialog.tsx';
import { may } from './may.ts';
import { DishesDialog } from './menu/dishes-dialog.tsx';
import { MoreDialog, type Opened, usefulEntries } from './more-dialog.tsx';
import { CookingDialog } from './orders/cooking-dialog.tsx';
import { BusyButton } from './settings/busy-button.tsx';
import { CustomersLinkDialog } from './settings/customers-link-dialog.tsx';
import { isSwitchedOn, OpenSwitch } from './settings/open-switch.tsx';
import { SettingsDialog } from './settings/settings-dialog.tsx';
import { texts } from './texts.ts';

const MenuDialog = laterDialog(texts.editMenu, async () => (await import('./menu/menu-dialog.tsx')).MenuDialog);
const SummaryDialog = laterDialog(texts.summary, async () => (await import('./day/summary-dialog.tsx')).SummaryDialog);
const TermsDialog = laterDialog(texts.terms, async () => (await import('./settings/terms-dialog.tsx')).TermsDialog);
const KeysDialog = laterDialog(texts.keys, async () => (await import('./settings/keys-dialog.tsx')).KeysDialog);

/**
 * Whose screen it is, whether it is connected, and the switches. Its height, and where its buttons are, do not change
 * by themselves.
 */
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
    <>
      <header class="bar">
        <div class="bar-parts">
          <div class="bar-who message-place">
            <h1 class="typed bar-name">{shop?.name ?? state.identity.shop}</h1>
            <ConnectionChip state={state} />
            <Toasts />
          </div>
          <div class="open-switch" data-open={shop === undefined || isSwitchedOn(shop)}>
            {shop && <OpenSwitch shop={shop} />}
          </div>
          <div class="bar-buttons">
            {shop && may('set_busy') && <BusyButton shop={shop} />}
            <BellButton />
            {usefulEntries().map(({ what, title }) => (
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
            <button type="button" class="button narrow-only" data-testid="more" onClick={() => open('more')}>
              <span aria-hidden="true">☰</span>
              <span class="visually-hidden">{say(texts.more)}</span>
            </button>
          </div>
        </div>
      </header>
      {opened.value === 'cooking' && <CookingDialog state={state} onClose={close} />}
      {shop && opened.value === 'dishes' && <DishesDialog shop={shop} onEdit={() => open('menu')} onClose={close} />}
      {shop && opened.value === 'menu' && <MenuDialog shop={shop} onClose={close} />}
      {shop && opened.value === 'settings' && (
        <SettingsDialog
          shop={shop}
          onShowLink={() => open('customers-link')}
          onShowTerms={() => open('terms')}
          onShowKeys={() => open('keys')}
          onClose={close}
        />
      )}
      {shop && opened.value === 'customers-link' && <CustomersLinkDialog shop={shop} onClose={close} />}
      {shop && opened.value === 'terms' && <TermsDialog shop={shop} onClose={close} />}
      {shop && opened.value === 'keys' && <KeysDialog shop={shop} onClose={close} />}
      {opened.value === 'summary' && <SummaryDialog onClose={close} />}
      {opened.value === 'done' && <DoneDialog state={state} onClose={close} />}
      {opened.value === 'more' && <MoreDialog onOpen={open} onClose={close} />}
    </>
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
      onClick={tapBell}
    >
      <span aria-hidden="true">{isMuted.value ? '🔕' : isSoundAllowed.value ? '🔔' : '🔇'}</span>
      <span class="bell-word">
        {say(isMuted.value ? texts.bellMuted : isSoundAllowed.value ? texts.bellOn : texts.bellOff)}
      </span>
    </button>
  );
}

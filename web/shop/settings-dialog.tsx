import { useSignal } from '@preact/signals';
import type { ShopSettings } from '../../functions/domain/frames.ts';
import { Dialog } from '../shared/dialog.tsx';
import { say } from '../shared/language.ts';
import { LanguageSwitch } from '../shared/language-switch.tsx';
import { Switch } from '../shared/switch.tsx';
import { signOut } from './credentials.ts';
import { command, isPending } from './screen.ts';
import { texts } from './texts.ts';

const preparationTimes = [10, 15, 20, 30, 45, 60];

/** How the shop takes orders, and whose device this is. */
export function SettingsDialog({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  const isLeaving = useSignal(false);
  const times = [...new Set([...preparationTimes, shop.prepMinutes])].sort((a, b) => a - b);
  return (
    <Dialog title={say(texts.settings)} testid="settings-dialog" onClose={onClose}>
      <div class="stack">
        <Switch
          label={say(texts.autoAccept)}
          on={shop.autoAccept}
          busy={isPending(({ op }) => op === 'set_auto_accept')}
          testid="auto-accept"
          onChange={autoAccept => command({ op: 'set_auto_accept', autoAccept })}
        />
        <p class="muted small">{say(texts.autoAcceptHint)}</p>
      </div>
      <fieldset class="plain">
        <legend>{say(texts.prepTime)}</legend>
        <div class="row">
          {times.map(prepMinutes => (
            <button
              key={prepMinutes}
              type="button"
              class={prepMinutes === shop.prepMinutes ? 'button good' : 'button'}
              aria-pressed={prepMinutes === shop.prepMinutes}
              data-testid={`prep-${prepMinutes}`}
              onClick={() => command({ op: 'set_prep', prepMinutes })}
            >
              {say(texts.minutes, { m: prepMinutes })}
            </button>
          ))}
        </div>
      </fieldset>
      <div class="spread">
        <LanguageSwitch />
        <button
          type="button"
          class={isLeaving.value ? 'button bad' : 'quiet-button'}
          data-testid="sign-out"
          onClick={() => {
            if (!isLeaving.value) {
              isLeaving.value = true;
              return;
            }
            signOut();
            location.reload();
          }}
        >
          {say(texts.signOut)}
        </button>
      </div>
      {isLeaving.value && (
        <p class="small" role="alert">
          {say(texts.signOutHint)}
        </p>
      )}
    </Dialog>
  );
}

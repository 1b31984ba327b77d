import { useSignal } from '@preact/signals';
import type { ShopSettings } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { LanguageSwitch } from '../../shared/language-switch.tsx';
import { canNotify } from '../../shared/notification.ts';
import { Switch } from '../../shared/switch.tsx';
import { isNotifying, switchNotifications } from '../attention/notify.ts';
import { signOut } from '../credentials.ts';
import { may } from '../may.ts';
import { autoPrintSince, switchAutoPrint } from '../print/auto-print.ts';
import { command, isPending } from '../screen.ts';
import { texts } from '../texts.ts';

const preparationTimes = [10, 15, 20, 30, 45, 60];

/** How the shop takes orders, and what this device does. */
export function SettingsDialog({
  shop,
  onShowLink,
  onShowTerms,
  onShowKeys,
  onClose,
}: {
  shop: ShopSettings;
  onShowLink: () => void;
  onShowTerms: () => void;
  onShowKeys: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={say(texts.settings)} testid="settings-dialog" onClose={onClose}>
      <section class="stack">
        <h3>{say(texts.wholeShop)}</h3>
        <button type="button" class="button" data-testid="customers-link" onClick={onShowLink}>
          {say(texts.customersLink)}
        </button>
        {may('set_hours') && (
          <button type="button" class="button" data-testid="terms" onClick={onShowTerms}>
            {say(texts.terms)}
          </button>
        )}
        {may('list_keys') && (
          <button type="button" class="button" data-testid="keys" onClick={onShowKeys}>
            {say(texts.keys)}
          </button>
        )}
        {may('set_prep') && <HowOrdersAreTaken shop={shop} />}
      </section>
      <section class="stack">
        <h3>{say(texts.thisDevice)}</h3>
        {may('claim_print') && (
          <>
            <Switch
              label={say(texts.autoPrint)}
              on={autoPrintSince.value !== undefined}
              testid="auto-print"
              onChange={switchAutoPrint}
            />
            <p class="muted small">{say(texts.autoPrintHint)}</p>
          </>
        )}
        <NotificationSwitch />
        <div class="spread">
          <LanguageSwitch />
          <SignOut />
        </div>
      </section>
    </Dialog>
  );
}

/** Whether orders are accepted by themselves, and in which time. */
function HowOrdersAreTaken({ shop }: { shop: ShopSettings }) {
  const times = [...new Set([...preparationTimes, shop.prepMinutes])].sort((a, b) => a - b);
  return (
    <>
      <Switch
        label={say(texts.autoAccept)}
        on={shop.autoAccept}
        busy={isPending(({ op }) => op === 'set_auto_accept')}
        testid="auto-accept"
        onChange={autoAccept => command({ op: 'set_auto_accept', autoAccept })}
      />
      <p class="muted small">{say(texts.autoAcceptHint)}</p>
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
    </>
  );
}

function NotificationSwitch() {
  const isRefused = useSignal(false);
  if (!canNotify) return null;
  return (
    <>
      <Switch
        label={say(texts.notify)}
        on={isNotifying.value}
        testid="notify"
        onChange={async on => {
          isRefused.value = !(await switchNotifications(on));
        }}
      />
      <p class={isRefused.value ? 'field-error' : 'muted small'} aria-live="polite">
        {say(isRefused.value ? texts.notifyRefused : texts.notifyHint)}
      </p>
    </>
  );
}

function SignOut() {
  const isLeaving = useSignal(false);
  return (
    <div class="stack sign-out">
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
      {isLeaving.value && (
        <p class="small" role="alert">
          {say(texts.signOutHint)}
        </p>
      )}
    </div>
  );
}

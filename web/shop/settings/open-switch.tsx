import { useSignal } from '@preact/signals';
import type { ShopSettings } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { Switch } from '../../shared/switch.tsx';
import { clockTime } from '../../shared/time.ts';
import { may } from '../may.ts';
import { command, isPending } from '../screen.ts';
import { texts } from '../texts.ts';

const PAUSES = [15, 30, 60];

/** Whether the shop takes orders. Opening is one tap; before it closes, the page asks for how long. */
export function OpenSwitch({ shop }: { shop: ShopSettings }) {
  const isAsking = useSignal(false);
  if (!may('set_open'))
    return (
      <p class="switch-label" data-testid="open-state">
        {stateInWords(shop)}
      </p>
    );
  return (
    <>
      <Switch
        label={stateInWords(shop)}
        on={isSwitchedOn(shop)}
        busy={isPending(({ op }) => op === 'set_open' || op === 'pause')}
        testid="open-switch"
        onChange={open => {
          if (open) command({ op: 'set_open', open });
          else isAsking.value = true;
        }}
      />
      {isAsking.value && <CloseDialog onClose={() => (isAsking.value = false)} />}
    </>
  );
}

/** The shop's own switch; a server of the version before has no hours beside it. */
export function isSwitchedOn({ isSwitchedOn, open }: ShopSettings): boolean {
  return isSwitchedOn ?? open;
}

function stateInWords(shop: ShopSettings): string {
  const { open, pausedUntil, opensAt } = shop;
  if (open) return say(texts.openSwitch);
  if (isSwitchedOn(shop) && opensAt) return say(texts.opensAtSwitch, { time: clockTime(opensAt) });
  return pausedUntil ? say(texts.pausedSwitch, { time: clockTime(pausedUntil) }) : say(texts.closedSwitch);
}

/** For how long: most who stop taking orders only want to catch up. */
function CloseDialog({ onClose }: { onClose: () => void }) {
  const choose = (choice: () => void) => () => {
    onClose();
    choice();
  };
  return (
    <Dialog title={say(texts.closeTitle)} testid="close-dialog" onClose={onClose}>
      <p class="muted">{say(texts.closeHint)}</p>
      <div class="reasons">
        {PAUSES.map(minutes => (
          <button
            key={minutes}
            type="button"
            class="button"
            data-testid={`pause-${minutes}`}
            onClick={choose(() => command({ op: 'pause', minutes }))}
          >
            {say(texts.pauseFor, { m: minutes })}
          </button>
        ))}
        <button
          type="button"
          class="button bad-outline"
          data-testid="close-shop"
          onClick={choose(() => command({ op: 'set_open', open: false }))}
        >
          {say(texts.closeUntil)}
        </button>
      </div>
      <button type="button" class="button" data-testid="keep-open" onClick={onClose}>
        {say(texts.keepOpen)}
      </button>
    </Dialog>
  );
}

import { canGiveUp, type Placing } from '../../connection/placing.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { Spinner } from '../../shared/spinner.tsx';
import { dayAndTime } from '../../shared/time.ts';
import { shops } from '../shops/known-shops.ts';
import { texts } from '../texts.ts';
import { placer, placing, withdrawOrder } from './ordering.ts';

/** Shows the state of an order that is being placed. It cannot be closed: an answer or a decision ends it. */
export function PlacingDialog() {
  const state = placing.value;
  if (state.phase === 'asking') return <Asking state={state} />;
  if (state.phase === 'held') return <Held />;
  if (state.phase !== 'trying' && state.phase !== 'unknown') return null;
  const isUnknown = state.phase === 'unknown';
  const title = isUnknown ? texts.unknown : state.tries > 1 ? texts.sendingLater : texts.sending;
  return (
    <Dialog title={say(title)} testid={`placing-${state.phase}`} late={!isUnknown && state.tries <= 1}>
      <div class="row" role="status">
        <Spinner />
        <p class="placing-text">{say(isUnknown ? texts.unknownLong : title)}</p>
      </div>
      {canGiveUp(state) && <DoNotSend />}
    </Dialog>
  );
}

function Asking({ state: { attempt, mayHaveArrived } }: { state: Extract<Placing, { phase: 'asking' }> }) {
  const time = dayAndTime(attempt.startedAt, shops.value.get(attempt.shop)?.timeZone);
  return (
    <Dialog title={say(mayHaveArrived ? texts.asking : texts.held)} testid="placing-asking">
      <p>{say(mayHaveArrived ? texts.askingLong : texts.askingUnsent, { time })}</p>
      <GoOn>{say(mayHaveArrived ? texts.goOn : texts.sendNow)}</GoOn>
      {mayHaveArrived ? (
        <button type="button" class="button" data-testid="give-up" onClick={() => placer.value?.giveUp()}>
          {say(texts.giveUp)}
        </button>
      ) : (
        <DoNotSend />
      )}
      {mayHaveArrived && <p class="muted small">{say(texts.giveUpNote)}</p>}
    </Dialog>
  );
}

/** The device has no network, or believes so. */
function Held() {
  return (
    <Dialog title={say(texts.held)} testid="placing-held">
      <p role="status">{say(texts.heldLong)}</p>
      <GoOn>{say(texts.sendNow)}</GoOn>
      <DoNotSend />
    </Dialog>
  );
}

function GoOn({ children }: { children: string }) {
  return (
    <button type="button" class="button primary" data-testid="go-on" onClick={() => placer.value?.goOn()}>
      {children}
    </button>
  );
}

function DoNotSend() {
  return (
    <button type="button" class="button" data-testid="do-not-send" onClick={withdrawOrder}>
      {say(texts.doNotSend)}
    </button>
  );
}

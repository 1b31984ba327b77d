import { Dialog } from '../shared/dialog.tsx';
import { say } from '../shared/language.ts';
import { Spinner } from '../shared/spinner.tsx';
import { dayAndTime } from '../shared/time.ts';
import { placer, placing } from './ordering.ts';
import { texts } from './texts.ts';

/** The truth about an order that is on its way. It cannot be closed: only an answer, or a person's decision, ends it. */
export function PlacingDialog() {
  const state = placing.value;
  if (state.phase === 'asking') {
    return (
      <Dialog title={say(texts.asking)} testid="placing-asking">
        <p>{say(texts.askingLong, { time: dayAndTime(state.attempt.startedAt) })}</p>
        <button type="button" class="button primary" data-testid="go-on" onClick={() => placer.value?.goOn()}>
          {say(texts.goOn)}
        </button>
        <button type="button" class="button" data-testid="give-up" onClick={() => placer.value?.giveUp()}>
          {say(texts.giveUp)}
        </button>
        <p class="muted small">{say(texts.giveUpNote)}</p>
      </Dialog>
    );
  }
  if (state.phase !== 'trying' && state.phase !== 'unknown') return null;
  const isUnknown = state.phase === 'unknown';
  const title = isUnknown ? texts.unknown : state.tries > 1 ? texts.sendingLater : texts.sending;
  return (
    <Dialog title={say(title)} testid={`placing-${state.phase}`} late={!isUnknown && state.tries <= 1}>
      <div class="row" role="status">
        <Spinner />
        <p class="placing-text">{say(isUnknown ? texts.unknownLong : title)}</p>
      </div>
    </Dialog>
  );
}

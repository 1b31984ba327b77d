import { say } from '../shared/language.ts';
import { clockTime } from '../shared/time.ts';
import { addressee, sayAgain } from './conversation.ts';
import type { Moved, Said } from './state.ts';
import { texts } from './texts.ts';

/** Something that was said. A tap on a name writes to that one alone. */
export function Message({ said }: { said: Said }) {
  const { from, to, isDirect, data, at, sending } = said;
  return (
    <li class={from === undefined ? 'said mine' : 'said'} data-testid="message">
      <p class="said-head small">
        {from === undefined ? (
          <strong>{say(texts.you)}</strong>
        ) : (
          <button
            type="button"
            class="name"
            data-testid="name"
            aria-label={say(texts.writeTo, { name: from })}
            onClick={() => {
              addressee.value = from;
              document.getElementById('text')?.focus();
            }}
          >
            {from}
          </button>
        )}
        {isDirect && <span class="chip chip-warn">{to ? say(texts.toName, { name: to }) : say(texts.toYou)}</span>}
        {at > 0 && <span class="muted number">{clockTime(at)}</span>}
      </p>
      <p class="said-text typed" dir="auto">
        {data}
      </p>
      {sending === 'unsent' && <p class="muted small">{say(texts.unsent)}</p>}
      {sending === 'failed' && (
        <p class="failed row small" role="alert" data-testid="failed">
          {say(texts.failed)}
          <button type="button" class="button" data-testid="again" onClick={() => sayAgain(said.id)}>
            {say(texts.again)}
          </button>
        </p>
      )}
    </li>
  );
}

/** Somebody came or left. */
export function Move({ moved: { how, online } }: { moved: Moved }) {
  return (
    <li class="moved muted small" data-testid="moved">
      {say(texts[how], { n: online })}
    </li>
  );
}

import { signal } from '@preact/signals';
import { say } from '../../shared/language.ts';
import { texts } from '../texts.ts';
import { shorten } from './shorten.ts';

const unfolded = signal<ReadonlySet<string>>(new Set());

/**
 * A customer's note. A long one is shortened, so that a ticket does not take the room of three; a tap shows the whole.
 * This stays so when the ticket moves to another column. `place`: an id that is unique among all notes.
 */
export function Note({ text, place }: { text: string; place: string }) {
  const beginning = shorten(text);
  if (beginning === undefined) {
    return (
      <span class="item-note typed" dir="auto">
        {text}
      </span>
    );
  }
  const isWhole = unfolded.value.has(place);
  return (
    <button
      type="button"
      class="item-note note-fold typed"
      dir="auto"
      aria-expanded={isWhole}
      data-testid="note-fold"
      onClick={() => {
        unfolded.value = toggled(unfolded.value, place);
      }}
    >
      {isWhole ? text : `${beginning}…`} <span class="note-more">{say(isWhole ? texts.showLess : texts.showAll)}</span>
    </button>
  );
}

function toggled(set: ReadonlySet<string>, one: string): ReadonlySet<string> {
  return set.has(one) ? new Set([...set].filter(other => other !== one)) : new Set([...set, one]);
}

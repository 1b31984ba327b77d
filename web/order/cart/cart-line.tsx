import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { pieceCents } from '../../../functions/domain/amounts.ts';
import { Field } from '../../shared/field.tsx';
import { say, type Text } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { Stepper } from '../../shared/stepper.tsx';
import { texts } from '../texts.ts';
import { addLineLike, MOST_OF_ONE, setLineNote, setQuantity } from './cart.ts';
import { Choices } from './choices.tsx';
import { NOTE_LENGTH } from './customer.ts';
import type { CartLine as Line } from './line.ts';
import { openSheet } from './sheet.ts';

/** A line of the cart: what was chosen, how many, and a note, which may be another one in another line. */
export function CartLine({ line, currency, error }: { line: Line; currency: string; error: Text | undefined }) {
  const isOpened = useSignal(false);
  const row = useRef<HTMLLIElement>(null);
  const hasNote = line.note !== '' || isOpened.value || error !== undefined;
  const open = () => {
    isOpened.value = true;
  };
  // Within the tap, else phones do not show their keyboard.
  useLayoutEffect(() => {
    if (isOpened.value) row.current?.querySelector('textarea')?.focus();
  }, [isOpened.value]);
  return (
    <li class="line" ref={row} data-testid={`line-${line.dish}`}>
      <div class="spread">
        <div>
          <p class="dish-name typed">{line.name}</p>
          <Choices of={line.choices} />
          <p class="number muted">{money(pieceCents(line) * line.quantity, currency)}</p>
        </div>
        <Stepper
          name={line.name}
          testid={line.dish}
          quantity={line.quantity}
          canAdd={line.quantity < MOST_OF_ONE}
          onMore={() => setQuantity(line.key, line.quantity + 1)}
          onLess={() => setQuantity(line.key, line.quantity - 1)}
        />
      </div>
      {hasNote && (
        <Field
          id={`note-${line.key}`}
          label={say(texts.dishNoteFor, { dish: line.name })}
          labelHidden
          multiline
          placeholder={say(texts.dishNoteHint)}
          value={line.note}
          most={NOTE_LENGTH}
          error={error}
          onInput={note => setLineNote(line.key, note)}
        />
      )}
      <div class="row line-links">
        {line.choices.length > 0 && (
          <button
            type="button"
            class="text-button"
            data-testid="change-choices"
            onClick={() => openSheet(line.dish, line.key)}
          >
            {say(texts.changeChoices)}
            <span class="visually-hidden"> {line.name}</span>
          </button>
        )}
        {!hasNote && (
          <button type="button" class="text-button" data-testid="add-note" onClick={open}>
            {say(texts.addNote)}
            <span class="visually-hidden"> {line.name}</span>
          </button>
        )}
        {line.note !== '' && (
          <button type="button" class="text-button" data-testid="another" onClick={() => addLineLike(line.key)}>
            {say(texts.another)}
            <span class="visually-hidden"> {line.name}</span>
          </button>
        )}
      </div>
    </li>
  );
}

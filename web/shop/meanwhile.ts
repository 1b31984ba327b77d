import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { isAlike, onTopOf } from './on-top-of.ts';

/** The second of two quick taps confirms nothing: nobody has read by then what the first has brought up. */
const TO_READ_MS = 600;

/** What is typed into a form, on top of what the shop says in this moment. */
export interface TypedOnTop<Typed> {
  typed: Signal<Typed>;
  /** Whether something is typed that is not saved. */
  isChanged: boolean;
  /** What others have done since the form was opened, as far as a try to save has told it. */
  told: 'changed' | 'removed' | undefined;
  change: (part: Partial<Typed>) => void;
  /** Brings in what others have saved. `true`: there was something, so that a person has to look before it is saved. */
  catchUp: () => boolean;
  /** Drops what is typed for what the shop says now. */
  drop: () => void;
}

/**
 * Keeps what is typed apart from what is there: `present` may change while the form is open, and what it is about may be
 * removed.
 */
export function useTypedOnTop<Typed extends object>(present: Typed, isRemoved = false): TypedOnTop<Typed> {
  const start = useRef(present);
  const typed = useSignal(present);
  const told = useSignal<'changed' | 'removed' | undefined>(undefined);
  const toldAt = useRef(Number.NEGATIVE_INFINITY);
  const isUnread = () => performance.now() - toldAt.current < TO_READ_MS;
  const tell = (what: 'changed' | 'removed') => {
    told.value = what;
    toldAt.current = performance.now();
    return true;
  };
  return {
    typed,
    isChanged: !isAlike(typed.value, start.current),
    told: told.value,
    change(part) {
      typed.value = { ...typed.value, ...part };
    },
    catchUp() {
      if (isUnread()) return true;
      if (isRemoved) return told.value !== 'removed' && tell('removed');
      if (isAlike(present, start.current)) return false;
      const before = start.current;
      start.current = present;
      if (isAlike(typed.value, present)) return false;
      typed.value = onTopOf(present, before, typed.value);
      return tell('changed');
    },
    drop() {
      if (isUnread()) return;
      start.current = present;
      typed.value = present;
      told.value = undefined;
    },
  };
}

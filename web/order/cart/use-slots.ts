import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Shop } from '../../../functions/domain/frames.ts';
import { onWake } from '../../connection/browser.ts';
import type { Text } from '../../shared/language.ts';
import { readSlots, type Slot } from './slots.ts';

export type Slots = Slot[] | 'busy' | 'failed';

/**
 * The slots of a day, read again when one was refused, when the shop has changed what they follow from, and, where they
 * could not be read, when the network is back. What was read of the day stays until there is something newer.
 */
export function useSlots(
  url: string,
  { id, hours, later, timeZone }: Shop,
  day: string | undefined,
  refusal: Text | undefined,
): { slots: Signal<Slots>; readAgain: () => void } {
  const slots = useSignal<Slots>('busy');
  const tries = useSignal(0);
  const readAgain = () => {
    slots.value = 'busy';
    tries.value += 1;
  };
  const terms = JSON.stringify([hours, later, timeZone]);
  useEffect(() => {
    slots.value = 'busy';
  }, [url, id, day]);
  useEffect(() => {
    if (day === undefined) return;
    let isWanted = true;
    readSlots(url, id, day).then(
      read => {
        if (isWanted) slots.value = read;
      },
      () => {
        if (isWanted && !Array.isArray(slots.value)) slots.value = 'failed';
      },
    );
    return () => {
      isWanted = false;
    };
  }, [url, id, day, refusal, terms, tries.value]);
  useEffect(() => onWake(() => slots.value === 'failed' && readAgain()), []);
  return { slots, readAgain };
}

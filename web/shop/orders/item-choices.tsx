import { Fragment } from 'preact';
import type { OrderItem } from '../../../functions/domain/frames.ts';
import { choiceWords } from './choices-in-words.ts';

/**
 * What was chosen with a dish, as large as the dish: the kitchen needs it as much. A line ends between two choices, and
 * within one only where it has no line to itself.
 */
export function ItemChoices({ item }: { item: OrderItem }) {
  const words = choiceWords(item);
  if (words.length === 0) return null;
  return (
    <span class="item-choices typed" dir="auto" data-testid="item-choices">
      {words.map((word, index) => (
        <Fragment key={word}>
          <span class="item-choice">{index < words.length - 1 ? `${word} ·` : word}</span>{' '}
        </Fragment>
      ))}
    </span>
  );
}

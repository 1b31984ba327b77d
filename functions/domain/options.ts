import * as v from 'valibot';
import { integer, text, visibleText } from './text.ts';

/** Groups of options on one dish, and choices in one group, at most. */
const MAX_OPTIONS = 20;
const MAX_CHOICES = 50;
/** How many choices of a group may be taken, and how often one of them. */
const MAX_TAKEN = 50;

const optionName = visibleText(1, 60);

/** What an option or a choice is called by. */
export const optionId = text(1, 64);

/** How often a choice is taken. */
export const choiceQuantity = integer(1, MAX_TAKEN);

const choice = v.strictObject({
  id: optionId,
  name: optionName,
  priceCents: v.optional(integer(0, 100_000_000), 0),
  /** Absent: as it is, and of a new choice `true`. */
  available: v.exactOptional(v.boolean()),
  max: v.optional(choiceQuantity, 1),
});

const option = v.pipe(
  v.strictObject({
    id: optionId,
    name: optionName,
    min: v.optional(integer(0, MAX_TAKEN), 0),
    max: v.optional(choiceQuantity, 1),
    choices: v.pipe(
      v.array(choice),
      v.minLength(1, 'must hold at least one choice'),
      v.maxLength(MAX_CHOICES, `must hold at most ${MAX_CHOICES} choices`),
      v.check(list => hasEachIdOnce(list), 'must hold each id once'),
    ),
  }),
  v.check(({ min, max }) => min <= max, 'must have a min that is not above its max'),
  v.check(
    ({ min, choices }) => choices.reduce((sum, { max }) => sum + max, 0) >= min,
    'must have enough choices for its min',
  ),
);

/** What may be chosen with a dish: groups with a minimum and a maximum. What is left out has its
 * usual value afterwards, but for `available`. */
export const dishOptions = v.pipe(
  v.array(option),
  v.maxLength(MAX_OPTIONS, `must hold at most ${MAX_OPTIONS} groups`),
  v.check(list => hasEachIdOnce(list), 'must hold each id once'),
);

function hasEachIdOnce(list: { id: string }[]): boolean {
  return new Set(list.map(({ id }) => id)).size === list.length;
}

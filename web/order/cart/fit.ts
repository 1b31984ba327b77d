import { pieceCents } from '../../../functions/domain/amounts.ts';
import type { ChosenItem, Dish } from '../../../functions/domain/frames.ts';
import { isUnobtainable } from './choosing.ts';
import { type CartLine, choicesKey, renewChoices, withoutMissing } from './line.ts';

/** What a fresh menu changed in the cart; the customer is told, and asked again. */
export type CartChange = { id: string; name: string } & (
  | { type: 'price'; before: number; after: number }
  | { type: 'gone' }
  /** What was chosen is not to be had with the dish any more: left out where that can be, else the dish is gone. */
  | { type: 'choice'; choice: string; isKept: boolean }
);

/** Brings lines in line with a menu. `earlier` are the changes that the customer has not agreed to yet. */
export function fitLines(
  lines: readonly CartLine[],
  dishes: readonly Dish[],
  earlier: readonly CartChange[],
): { lines: readonly CartLine[]; changes: readonly CartChange[] } {
  const found = new Map(earlier.map(one => [one.id, one]));
  const fitted = lines.flatMap(line => {
    const fresh = fitLine(line, dishes, found);
    if (fresh === undefined) return [];
    // What a choice that was left out had cost is no new price.
    const stayed = ({ option, choice }: ChosenItem) =>
      fresh.choices.some(one => one.option === option && one.choice === choice);
    noteNewPrice(found, { ...line, choices: line.choices.filter(stayed) }, fresh);
    return [fresh];
  });
  return { lines: fitted, changes: [...found.values()] };
}

function fitLine(line: CartLine, dishes: readonly Dish[], found: Map<string, CartChange>): CartLine | undefined {
  const id = changeId(line);
  const dish = dishes.find(one => one.id === line.dish);
  if (!dish?.available || isUnobtainable(dish)) {
    found.set(id, { type: 'gone', id, name: line.name });
    return undefined;
  }
  const choices = renewChoices(line.choices, dish);
  if ('missing' in choices) {
    const kept = withoutMissing(line.choices, dish);
    found.set(id, { type: 'choice', id, name: line.name, choice: choices.missing, isKept: kept !== undefined });
    return kept && renewed(line, dish, kept);
  }
  return renewed(line, dish, choices);
}

function renewed(line: CartLine, { name, priceCents, packagingCents }: Dish, choices: ChosenItem[]): CartLine {
  return { ...line, name, priceCents, packagingCents, choices };
}

/** From the price that the customer last agreed to; a price that is back where it was is no change. */
function noteNewPrice(found: Map<string, CartChange>, seen: CartLine, fresh: CartLine): void {
  const after = pieceCents(fresh);
  if (pieceCents(seen) === after) return;
  const id = changeId(seen);
  const earlier = found.get(id);
  const before = earlier?.type === 'price' ? earlier.before : pieceCents(seen);
  if (before === after) found.delete(id);
  else found.set(id, { type: 'price', id, name: fresh.name, before, after });
}

/** A dish with the same choices has one price, whatever the notes. */
function changeId({ dish, choices }: CartLine): string {
  return `${dish} ${choicesKey(choices)}`;
}

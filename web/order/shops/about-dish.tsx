import { type Allergen, allergens } from '../../../functions/domain/allergens.ts';
import type { Dish } from '../../../functions/domain/frames.ts';
import { language, say } from '../../shared/language.ts';
import { texts } from '../texts.ts';

/** What there is to say of a dish beside its name and price: a description, and which allergens it contains. */
export function AboutDish({ dish }: { dish: Pick<Dish, 'description' | 'allergens'> }) {
  const { description, allergens: codes = [] } = dish;
  return (
    <>
      {description !== undefined && description !== '' && (
        <p class="about-dish small typed" dir="auto">
          {description}
        </p>
      )}
      {codes.length > 0 && <p class="about-dish small muted">{say(texts.contains, { list: inWords(codes) })}</p>}
    </>
  );
}

function inWords(codes: readonly string[]): string {
  return codes.map(code => allergens[code as Allergen]?.[language.value] ?? code).join(say(['、', ', ']));
}

import type { ChosenItem } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';

/** What was chosen with a dish, in a line below its name. */
export function Choices({ of: choices }: { of: readonly Pick<ChosenItem, 'name' | 'quantity'>[] | undefined }) {
  if (choices === undefined || choices.length === 0) return null;
  return (
    <p class="choices small typed" data-testid="choices">
      {choices.map(({ name, quantity }) => (quantity === 1 ? name : `${name} × ${quantity}`)).join(say(['、', ', ']))}
    </p>
  );
}

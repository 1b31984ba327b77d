import { useId } from 'preact/hooks';
import type { Choice, ChosenItem, DishOption } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { Stepper } from '../../shared/stepper.tsx';
import { texts } from '../texts.ts';
import { canTake, quantityOfChoice, take } from './choosing.ts';

interface Group {
  option: DishOption;
  currency: string;
  choices: ChosenItem[];
  isLacking: boolean;
  onChange: (choices: ChosenItem[]) => void;
}

/** One group of a dish: what it is called, how many are to be taken, and what there is. */
export function OptionGroup(group: Group) {
  const { option, isLacking } = group;
  const ruleId = useId();
  return (
    <fieldset class="option" aria-describedby={ruleId} data-lacking={isLacking} data-testid={`option-${option.id}`}>
      <legend class="typed">{option.name}</legend>
      <p class={isLacking ? 'option-rule field-error' : 'option-rule muted small'} id={ruleId} role="status">
        {ruleInWords(option)}
      </p>
      {option.choices.map(choice => (
        <ChoiceRow key={choice.id} choice={choice} {...group} />
      ))}
    </fieldset>
  );
}

function ChoiceRow({ choice, option, currency, choices, onChange }: Group & { choice: Choice }) {
  const id = useId();
  const quantity = quantityOfChoice(choices, option.id, choice.id);
  const isFree = canTake(choices, option, choice);
  const set = (wanted: number) => onChange(take(choices, option, choice, wanted));
  const words = (
    <>
      <span class="typed grow">{choice.name}</span>
      {!choice.available && <span class="muted small">{say(texts.soldOut)}</span>}
      {choice.priceCents > 0 && <span class="number muted">+{money(choice.priceCents, currency)}</span>}
    </>
  );
  if (choice.max > 1 && option.max > 1) {
    return (
      <div class="choice" data-testid={`choice-${choice.id}`}>
        {words}
        <Stepper
          name={choice.name}
          testid={`choice-${choice.id}`}
          quantity={quantity}
          canAdd={isFree}
          onMore={() => set(quantity + 1)}
          onLess={() => set(quantity - 1)}
        />
      </div>
    );
  }
  return (
    <label class="choice" for={id} data-free={quantity > 0 || isFree} data-testid={`choice-${choice.id}`}>
      <input
        id={id}
        type={option.min === 1 && option.max === 1 ? 'radio' : 'checkbox'}
        name={option.id}
        checked={quantity > 0}
        disabled={quantity === 0 && !isFree}
        onChange={({ currentTarget }) => set(currentTarget.checked ? 1 : 0)}
      />
      <span class="choice-mark" aria-hidden="true" />
      {words}
    </label>
  );
}

function ruleInWords({ min, max }: DishOption): string {
  if (min === max) return say(texts.chooseExactly, { n: min });
  if (min > 0) return say(texts.chooseBetween, { min, max });
  return max === 1 ? say(texts.chooseOne) : say(texts.chooseUpTo, { n: max });
}

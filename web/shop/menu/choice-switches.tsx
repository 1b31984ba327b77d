import type { Choice, Dish, DishOption } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { Switch } from '../../shared/switch.tsx';
import { command, isPending } from '../screen.ts';
import { texts } from '../texts.ts';

/** Switches for the choices of a dish, folded; the fold names those that are sold out. */
export function ChoiceSwitches({ dish, options }: { dish: Dish; options: readonly DishOption[] }) {
  const all = options.flatMap(option => option.choices.map(choice => ({ option, choice })));
  const gone = all.filter(({ choice }) => !choice.available);
  return (
    <details class="choice-list" data-testid={`choices-of-${dish.id}`}>
      <summary>
        {say(texts.choicesOf, { n: all.length })}
        {gone.length > 0 &&
          ` · ${say(texts.soldOutChoices, { list: gone.map(({ choice }) => choice.name).join(say(['、', ', '])) })}`}
      </summary>
      {all.map(({ option, choice }) => (
        <ChoiceSwitch key={`${option.id} ${choice.id}`} dish={dish.id} option={option.id} choice={choice} />
      ))}
    </details>
  );
}

function ChoiceSwitch({ dish, option, choice }: { dish: string; option: string; choice: Choice }) {
  return (
    <Switch
      label={choice.name}
      on={choice.available}
      busy={isPending(
        one => one.op === 'set_choice' && one.dish === dish && one.option === option && one.choice === choice.id,
      )}
      testid={`choice-${choice.id}`}
      onChange={available => command({ op: 'set_choice', dish, option, choice: choice.id, available })}
    />
  );
}

import { Field } from '../../shared/field.tsx';
import type { Text } from '../../shared/language.ts';
import { say } from '../../shared/language.ts';
import { dishTexts } from './dish-texts.ts';
import type { Problems, TypedChoice, TypedOption } from './dish-typed.ts';
import { NAME_LENGTH } from './form.ts';
import { newId } from './new-id.ts';

/** Groups of choices of a dish: sizes, toppings, how spicy. */
export function OptionsEditor({
  options,
  problems,
  currency,
  onChange,
}: {
  options: readonly TypedOption[];
  problems: Problems;
  currency: string;
  onChange: (options: TypedOption[]) => void;
}) {
  const replace = (changed: TypedOption) => onChange(options.map(one => (one.id === changed.id ? changed : one)));
  const add = () => onChange([...options, { id: newId(), name: '', min: 0, max: 1, choices: [newChoice()] }]);
  return (
    <>
      {options.map(option => (
        <OptionEditor
          key={option.id}
          option={option}
          problems={problems}
          currency={currency}
          onChange={replace}
          onRemove={() => onChange(options.filter(({ id }) => id !== option.id))}
        />
      ))}
      <button type="button" class="button" data-testid="add-option" onClick={add}>
        {say(dishTexts.addOption)}
      </button>
    </>
  );
}

function OptionEditor({
  option,
  problems,
  currency,
  onChange,
  onRemove,
}: {
  option: TypedOption;
  problems: Problems;
  currency: string;
  onChange: (option: TypedOption) => void;
  onRemove: () => void;
}) {
  const { id, name, min, max, choices } = option;
  const rule = problems[`option-rule-${id}`];
  const replace = (changed: TypedChoice) =>
    onChange({ ...option, choices: choices.map(one => (one.id === changed.id ? changed : one)) });
  return (
    <fieldset class="card stack option-editor" data-testid={`option-editor-${id}`}>
      <legend class="visually-hidden">{name || say(dishTexts.newOption)}</legend>
      <Field
        id={`option-${id}`}
        label={say(dishTexts.optionName)}
        placeholder={say(dishTexts.optionNameHint)}
        error={problems[`option-${id}`]}
        most={NAME_LENGTH}
        value={name}
        onInput={value => onChange({ ...option, name: value })}
      />
      <div class="row">
        <Count
          id={`option-min-${id}`}
          label={dishTexts.optionMin}
          value={min}
          least={0}
          error={rule}
          onInput={value => onChange({ ...option, min: value })}
        />
        <Count
          id={`option-max-${id}`}
          label={dishTexts.optionMax}
          value={max}
          least={1}
          error={undefined}
          onInput={value => onChange({ ...option, max: value })}
        />
      </div>
      {rule !== undefined && <p class="field-error">{say(rule)}</p>}
      {choices.map(choice => (
        <ChoiceEditor
          key={choice.id}
          option={id}
          choice={choice}
          problems={problems}
          currency={currency}
          onChange={replace}
          onRemove={
            choices.length === 1
              ? undefined
              : () => onChange({ ...option, choices: choices.filter(one => one.id !== choice.id) })
          }
        />
      ))}
      <div class="spread">
        <button
          type="button"
          class="button"
          data-testid={`add-choice-${id}`}
          onClick={() => onChange({ ...option, choices: [...choices, newChoice()] })}
        >
          {say(dishTexts.addChoice)}
        </button>
        <button type="button" class="button bad-outline" data-testid={`remove-option-${id}`} onClick={onRemove}>
          {say(dishTexts.removeOption)}
        </button>
      </div>
    </fieldset>
  );
}

function ChoiceEditor({
  option,
  choice,
  problems,
  currency,
  onChange,
  onRemove,
}: {
  option: string;
  choice: TypedChoice;
  problems: Problems;
  currency: string;
  onChange: (choice: TypedChoice) => void;
  onRemove: (() => void) | undefined;
}) {
  const place = `${option}-${choice.id}`;
  return (
    <div class="choice-editor">
      <Field
        id={`choice-${place}`}
        label={say(dishTexts.choiceName)}
        error={problems[`choice-${place}`]}
        most={NAME_LENGTH}
        value={choice.name}
        onInput={name => onChange({ ...choice, name })}
      />
      <Field
        id={`choice-price-${place}`}
        label={say(dishTexts.choicePrice, { currency })}
        inputmode="decimal"
        placeholder="0"
        error={problems[`choice-price-${place}`]}
        value={choice.price}
        onInput={price => onChange({ ...choice, price })}
      />
      {onRemove && (
        <button
          type="button"
          class="icon-button"
          aria-label={say(dishTexts.removeChoice, { choice: choice.name })}
          data-testid={`remove-choice-${place}`}
          onClick={onRemove}
        >
          ✕
        </button>
      )}
    </div>
  );
}

function Count({
  id,
  label,
  value,
  least,
  error,
  onInput,
}: {
  id: string;
  label: Text;
  value: number;
  least: number;
  error: Text | undefined;
  onInput: (value: number) => void;
}) {
  return (
    <div class="field">
      <label for={id}>{say(label)}</label>
      <input
        id={id}
        class="input few-digits"
        type="number"
        inputMode="numeric"
        min={least}
        max={MOST}
        aria-invalid={error !== undefined}
        data-testid={id}
        value={value}
        onInput={({ currentTarget }) => {
          const typed = currentTarget.valueAsNumber;
          if (Number.isInteger(typed) && typed >= least && typed <= MOST) onInput(typed);
        }}
      />
    </div>
  );
}

/** How many choices of a group can be taken at the most, by the wire. */
const MOST = 50;

function newChoice(): TypedChoice {
  return { id: newId(), name: '', price: '', max: 1 };
}

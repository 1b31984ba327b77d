import { type Allergen, allergens } from '../../../functions/domain/allergens.ts';
import { Field } from '../../shared/field.tsx';
import { language, say } from '../../shared/language.ts';
import { dishTexts } from './dish-texts.ts';
import { DESCRIPTION_LENGTH, type Problems, type TypedDish } from './dish-typed.ts';
import { OptionsEditor } from './options-editor.tsx';

/** What more can be said of a dish: choices, a description, a picture, allergens, packaging. Folded while it is empty. */
export function DishDetailsFields({
  typed,
  problems,
  currency,
  isOpen,
  onChange,
}: {
  typed: TypedDish;
  problems: Problems;
  currency: string;
  isOpen: boolean;
  onChange: (part: Partial<TypedDish>) => void;
}) {
  return (
    <details class="more-of-dish" open={isOpen} data-testid="more-of-dish">
      <summary>{say(dishTexts.moreOfDish)}</summary>
      <div class="stack">
        <h3>{say(dishTexts.options)}</h3>
        <OptionsEditor
          options={typed.options}
          problems={problems}
          currency={currency}
          onChange={options => onChange({ options })}
        />
        <Field
          id="dish-description"
          label={say(dishTexts.description)}
          multiline
          most={DESCRIPTION_LENGTH}
          error={problems['dish-description']}
          value={typed.description}
          onInput={description => onChange({ description })}
        />
        <Field
          id="dish-image"
          label={say(dishTexts.picture)}
          placeholder="https://"
          error={problems['dish-image']}
          value={typed.imageUrl}
          onInput={imageUrl => onChange({ imageUrl })}
        />
        <Field
          id="dish-packaging"
          label={say(dishTexts.packaging, { currency })}
          inputmode="decimal"
          placeholder="0"
          error={problems['dish-packaging']}
          value={typed.packaging}
          onInput={packaging => onChange({ packaging })}
        />
        <fieldset class="plain">
          <legend>{say(dishTexts.allergens)}</legend>
          <div class="row">
            {(Object.keys(allergens) as Allergen[]).map(code => (
              <button
                key={code}
                type="button"
                class={typed.allergens.includes(code) ? 'button good' : 'button'}
                aria-pressed={typed.allergens.includes(code)}
                data-testid={`allergen-${code}`}
                onClick={() => onChange({ allergens: toggled(typed.allergens, code) })}
              >
                {allergens[code][language.value]}
              </button>
            ))}
          </div>
        </fieldset>
      </div>
    </details>
  );
}

function toggled(codes: readonly string[], code: string): string[] {
  return codes.includes(code) ? codes.filter(one => one !== code) : [...codes, code];
}

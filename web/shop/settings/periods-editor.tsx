import type { Period } from '../../../functions/domain/frames.ts';
import { say, type Text } from '../../shared/language.ts';
import { termsTexts } from './terms-texts.ts';

/** The periods of one day, in which the shop takes orders. `none` says what it means that there are none. */
export function PeriodsEditor({
  id,
  title,
  periods,
  none,
  problem,
  onCopy,
  onChange,
}: {
  id: string;
  title: string;
  periods: readonly Period[];
  none: Text;
  problem: Text | undefined;
  /** Takes over the periods of the day before. */
  onCopy?: (() => void) | undefined;
  onChange: (periods: Period[]) => void;
}) {
  const set = (index: number, part: Partial<Period>) =>
    onChange(periods.map((one, place) => (place === index ? { ...one, ...part } : one)));
  return (
    <fieldset class="plain periods" data-testid={id}>
      <legend>{title}</legend>
      {periods.length === 0 && <p class="muted">{say(none)}</p>}
      {periods.map(({ from, to }, index) => (
        <div key={`${id}-${index}`} class="row period">
          <Time
            id={`${id}-from-${index}`}
            label={termsTexts.from}
            value={from}
            problem={problem}
            onInput={value => set(index, { from: value })}
          />
          <Time
            id={`${id}-to-${index}`}
            label={termsTexts.to}
            value={to}
            problem={problem}
            onInput={value => set(index, { to: value })}
          />
          {to !== '' && to <= from && <span class="muted small">{say(termsTexts.nextDay)}</span>}
          <button
            type="button"
            class="icon-button"
            aria-label={say(termsTexts.removePeriod, { day: title, from, to })}
            onClick={() => onChange(periods.filter((_, place) => place !== index))}
          >
            ✕
          </button>
        </div>
      ))}
      {problem !== undefined && <p class="field-error">{say(problem)}</p>}
      <div class="row">
        <button
          type="button"
          class="text-button"
          data-testid={`${id}-add`}
          onClick={() => onChange([...periods, { from: '', to: '' }])}
        >
          {say(termsTexts.addPeriod)}
          <span class="visually-hidden"> {title}</span>
        </button>
        {onCopy && (
          <button type="button" class="text-button" data-testid={`${id}-copy`} onClick={onCopy}>
            {say(termsTexts.asTheDayBefore)}
            <span class="visually-hidden"> {title}</span>
          </button>
        )}
      </div>
    </fieldset>
  );
}

function Time({
  id,
  label,
  value,
  problem,
  onInput,
}: {
  id: string;
  label: Text;
  value: string;
  problem: Text | undefined;
  onInput: (value: string) => void;
}) {
  return (
    <>
      <label class="visually-hidden" for={id}>
        {say(label)}
      </label>
      <input
        id={id}
        class="input time"
        type="time"
        aria-invalid={problem !== undefined}
        data-testid={id}
        value={value}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </>
  );
}

import type { Hours, Period, ShopSettings } from '../../../functions/domain/frames.ts';
import { say, type Text } from '../../shared/language.ts';
import { dateName, periodsInWords, weekdayName, weekInWords } from '../../shared/terms-words.ts';
import { texts } from '../texts.ts';
import { problemsOf } from './hours-problems.ts';
import { PeriodsEditor } from './periods-editor.tsx';
import { TermsForm } from './terms-form.tsx';
import { termsTexts } from './terms-texts.ts';

const always: Hours = { week: [[], [], [], [], [], [], []], exceptions: [] };

/** When the shop takes orders: periods of every day of the week, and days that are different. */
export function HoursForm({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  return (
    <TermsForm<Hours>
      title={say(texts.hours)}
      testid="hours-form"
      start={shop.hours ?? always}
      problemsOf={problemsOf}
      changeOf={hours => ({ op: 'set_hours', hours })}
      preview={change => change.op === 'set_hours' && <HoursInWords hours={change.hours} />}
      fields={({ typed, problems, change }) => (
        <>
          <p class="muted small">{say(termsTexts.hoursHint)}</p>
          {typed.week.map((periods, index) => (
            <PeriodsEditor
              key={weekdayName(index)}
              id={`day-${index}`}
              title={weekdayName(index, 'long')}
              periods={periods}
              none={weekInWords(typed).length === 0 ? termsTexts.alwaysOpen : termsTexts.closedDay}
              problem={problems[`day-${index}`]}
              onCopy={index === 0 ? undefined : () => change({ week: copyDay(typed.week, index) })}
              onChange={changed => change({ week: typed.week.map((one, place) => (place === index ? changed : one)) })}
            />
          ))}
          <h3>{say(termsTexts.exceptions)}</h3>
          {typed.exceptions.map((exception, index) => (
            <div key={`exception-${index}`} class="card stack">
              <div class="spread">
                <DateField
                  id={`date-${index}`}
                  date={exception.date}
                  problem={problems[`date-${index}`]}
                  onInput={date => change({ exceptions: replaced(typed.exceptions, index, { ...exception, date }) })}
                />
                <button
                  type="button"
                  class="icon-button"
                  aria-label={say(termsTexts.removeException, { date: exception.date })}
                  onClick={() => change({ exceptions: typed.exceptions.filter((_, place) => place !== index) })}
                >
                  ✕
                </button>
              </div>
              <PeriodsEditor
                id={`exception-${index}`}
                title={exception.date === '' ? say(termsTexts.date) : dateName(exception.date)}
                periods={exception.periods}
                none={termsTexts.closedDay}
                problem={problems[`exception-${index}`]}
                onChange={periods =>
                  change({ exceptions: replaced(typed.exceptions, index, { ...exception, periods }) })
                }
              />
            </div>
          ))}
          <button
            type="button"
            class="button"
            data-testid="add-exception"
            onClick={() => change({ exceptions: [...typed.exceptions, { date: '', periods: [] }] })}
          >
            {say(termsTexts.addException)}
          </button>
        </>
      )}
      onClose={onClose}
    />
  );
}

function DateField({
  id,
  date,
  problem,
  onInput,
}: {
  id: string;
  date: string;
  problem: Text | undefined;
  onInput: (date: string) => void;
}) {
  return (
    <div class="field">
      <label for={id}>{say(termsTexts.date)}</label>
      <input
        id={id}
        class="input"
        type="date"
        aria-invalid={problem !== undefined}
        {...(problem && { 'aria-describedby': `${id}-error` })}
        data-testid={id}
        value={date}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      {problem !== undefined && (
        <p id={`${id}-error`} class="field-error" data-testid={`${id}-error`}>
          {say(problem)}
        </p>
      )}
    </div>
  );
}

/** A shop's hours, days that are alike together. */
function HoursInWords({ hours }: { hours: Hours }) {
  const week = weekInWords(hours);
  return (
    <ul>
      {week.length === 0 && <li>{say(termsTexts.alwaysOpen)}</li>}
      {week.map(({ days, times }) => (
        <li key={days}>
          {days} <span class="number">{times}</span>
        </li>
      ))}
      {hours.exceptions.map(({ date, periods }) => (
        <li key={date}>
          {dateName(date)} <span class="number">{periodsInWords(periods)}</span>
        </li>
      ))}
    </ul>
  );
}

function copyDay(week: readonly Period[][], index: number): Period[][] {
  return week.map((periods, place) => (place === index ? (week[index - 1] ?? []) : periods));
}

function replaced<One>(list: readonly One[], index: number, one: One): One[] {
  return list.map((before, place) => (place === index ? one : before));
}

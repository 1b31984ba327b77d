import type { Later, ShopSettings } from '../../../functions/domain/frames.ts';
import { Field } from '../../shared/field.tsx';
import { say, type Text } from '../../shared/language.ts';
import { Switch } from '../../shared/switch.tsx';
import { laterInWords } from '../../shared/terms-words.ts';
import { plainDigits } from '../../shared/typed-text.ts';
import { texts } from '../texts.ts';
import { type Problems, TermsForm } from './terms-form.tsx';
import { termsTexts } from './terms-texts.ts';

/** The numbers, each with the least and the most that the wire allows. */
const numbers = {
  leadMinutes: [0, 7 * 24 * 60],
  daysAhead: [0, 30],
  slotMinutes: [5, 240],
  perSlot: [1, 1_000],
} as const satisfies Record<keyof Later, readonly [least: number, most: number]>;

const names = Object.keys(numbers) as (keyof Later)[];

type Typed = { takes: boolean } & Record<keyof Later, string>;

/** Whether the shop takes orders for later, from when on, and how many at a time. */
export function LaterForm({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  const { leadMinutes, daysAhead, slotMinutes, perSlot } =
    shop.later ?? ({ leadMinutes: 30, daysAhead: 3, slotMinutes: 15, perSlot: 5 } satisfies Later);
  return (
    <TermsForm<Typed>
      title={say(texts.ordersForLater)}
      testid="later-form"
      start={{
        takes: (shop.later ?? null) !== null,
        leadMinutes: String(leadMinutes),
        daysAhead: String(daysAhead),
        slotMinutes: String(slotMinutes),
        perSlot: String(perSlot),
      }}
      problemsOf={problemsOf}
      changeOf={typed => ({ op: 'set_later', later: laterOf(typed) })}
      preview={change =>
        change.op === 'set_later' && (
          <p>{change.later === null ? say(termsTexts.onlyNow) : laterInWords(change.later)}</p>
        )
      }
      fields={({ typed, problems, change }) => (
        <>
          <Switch
            label={say(termsTexts.takesLater)}
            on={typed.takes}
            testid="takes-later"
            onChange={takes => change({ takes })}
          />
          {typed.takes &&
            names.map(name => (
              <Field
                key={name}
                id={`later-${name}`}
                label={say(termsTexts[name])}
                inputmode="decimal"
                error={problems[`later-${name}`]}
                value={typed[name]}
                onInput={value => change({ [name]: value })}
              />
            ))}
        </>
      )}
      onClose={onClose}
    />
  );
}

function laterOf(typed: Typed): Later | null {
  if (!typed.takes) return null;
  const [leadMinutes = 0, daysAhead = 0, slotMinutes = 0, perSlot = 0] = names.map(name => numberOf(typed[name]));
  return { leadMinutes, daysAhead, slotMinutes, perSlot };
}

function problemsOf(typed: Typed): Problems {
  if (!typed.takes) return {};
  return Object.fromEntries(names.map(name => [`later-${name}`, numberProblem(typed[name], numbers[name])]));
}

function numberOf(typed: string): number {
  const digits = plainDigits(typed).trim();
  return /^\d{1,5}$/.test(digits) ? Number(digits) : Number.NaN;
}

function numberProblem(typed: string, [least, most]: readonly [number, number]): Text | undefined {
  const number = numberOf(typed);
  if (number >= least && number <= most) return undefined;
  return [`请填 ${least} 到 ${most} 的整数`, `A whole number from ${least} to ${most}`];
}

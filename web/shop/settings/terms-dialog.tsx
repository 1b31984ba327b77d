import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { ShopSettings } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say, type Text } from '../../shared/language.ts';
import { deliveryInWords, discountsInWords, laterInWords, weekInWords } from '../../shared/terms-words.ts';
import { texts } from '../texts.ts';
import { AboutForm } from './about-form.tsx';
import { DiscountsForm } from './discounts-form.tsx';
import { FulfilmentForm } from './fulfilment-form.tsx';
import { HoursForm } from './hours-form.tsx';
import { LaterForm } from './later-form.tsx';
import { termsTexts } from './terms-texts.ts';

const forms = {
  hours: { title: texts.hours, Form: HoursForm },
  fulfilment: { title: texts.handingOver, Form: FulfilmentForm },
  discounts: { title: texts.discounts, Form: DiscountsForm },
  later: { title: texts.ordersForLater, Form: LaterForm },
  about: { title: texts.aboutShop, Form: AboutForm },
} as const satisfies Record<string, { title: Text; Form: (props: FormProps) => ComponentChildren }>;

interface FormProps {
  shop: ShopSettings;
  onClose: () => void;
}

type Part = keyof typeof forms;

/** How and when the shop sells: each part in a line, as it is now, with a form of its own. */
export function TermsDialog({ shop, onClose }: FormProps) {
  const opened = useSignal<Part | undefined>(undefined);
  const Form = opened.value && forms[opened.value].Form;
  return (
    <Dialog title={say(texts.terms)} testid="terms-dialog" onClose={onClose}>
      <ul class="terms">
        {(Object.keys(forms) as Part[]).map(part => (
          <li key={part}>
            <button
              type="button"
              class="term"
              data-testid={`edit-${part}`}
              onClick={() => {
                opened.value = part;
              }}
            >
              <strong>{say(forms[part].title)}</strong>
              <span class="muted small typed">{inWords(part, shop)}</span>
            </button>
          </li>
        ))}
      </ul>
      {Form && (
        <Form
          shop={shop}
          onClose={() => {
            opened.value = undefined;
          }}
        />
      )}
    </Dialog>
  );
}

function inWords(part: Part, shop: ShopSettings): string {
  const { hours, pickup = false, delivery, discounts = [], later = null, about = {}, currency } = shop;
  switch (part) {
    case 'hours':
      return (
        (hours &&
          weekInWords(hours)
            .map(({ days, times }) => `${days} ${times}`)
            .join(say(['；', '; ']))) ||
        say(termsTexts.alwaysOpen)
      );
    case 'fulfilment':
      return [
        pickup && say(texts.pickup),
        delivery !== null && say(termsTexts.delivery) + (delivery ? ` ${deliveryInWords(delivery, currency)}` : ''),
      ]
        .filter(Boolean)
        .join(' · ');
    case 'discounts':
      return discountsInWords(discounts, currency) || say(termsTexts.noDiscounts);
    case 'later':
      return later === null ? say(termsTexts.onlyNow) : laterInWords(later);
    case 'about':
      return [about.note, about.address, about.phone].filter(Boolean).join(' · ') || '–';
  }
}

import { useComputed } from '@preact/signals';
import type { Shop } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { dialLink } from '../../shared/phone-number.ts';
import { dateName, discountsInWords, periodsInWords, weekInWords } from '../../shared/terms-words.ts';
import { serverNow } from '../../shared/time.ts';
import { exceptionsFrom } from '../cart/later-days.ts';
import { dayIn } from '../cart/slots.ts';
import { texts } from '../texts.ts';
import { handoverInWords } from './selling-words.ts';

/** What a shop takes for a delivery and takes off, and, folded, when it is open, where it is, and how it is called. */
export function ShopAbout({ shop }: { shop: Shop }) {
  const { about = {}, discounts = [], currency } = shop;
  const terms = [...handoverInWords(shop), ...discountsInWords(discounts, currency).split(' · ')].filter(Boolean);
  return (
    <>
      {about.note !== undefined && (
        <p class="small typed" dir="auto">
          {about.note}
        </p>
      )}
      {terms.length > 0 && (
        <ul class="small shop-terms" data-testid="shop-terms">
          {terms.map(term => (
            <li key={term}>{term}</li>
          ))}
        </ul>
      )}
      <Details shop={shop} />
    </>
  );
}

function Details({ shop: { about = {}, hours, timeZone } }: { shop: Shop }) {
  const today = useComputed(() => dayIn(serverNow.value, timeZone)).value;
  const week = hours === undefined ? [] : weekInWords(hours);
  const { address, phone } = about;
  if (week.length === 0 && address === undefined && phone === undefined) return null;
  return (
    <details class="shop-details small" data-testid="shop-details">
      <summary>{say(texts.hoursAndPlace)}</summary>
      <div class="stack">
        {address !== undefined && (
          <p class="typed" dir="auto">
            {address}
          </p>
        )}
        {phone !== undefined && (
          <p>
            <a class="phone-link" href={dialLink(phone)}>
              {phone}
            </a>
          </p>
        )}
        {week.length > 0 && (
          <ul>
            {week.map(({ days, times }) => (
              <li key={days} class="number">
                {days} {times}
              </li>
            ))}
            {(hours ? exceptionsFrom(today, hours) : []).map(({ date, periods }) => (
              <li key={date} class="number">
                {dateName(date)} {periodsInWords(periods)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </details>
  );
}

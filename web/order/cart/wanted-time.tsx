import { type Signal, useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Later, Shop } from '../../../functions/domain/frames.ts';
import { say, type Text } from '../../shared/language.ts';
import { dateName } from '../../shared/terms-words.ts';
import { clockTime, serverNow } from '../../shared/time.ts';
import { texts } from '../texts.ts';
import { forgetTime, isForLater, setHandover, wantedAtOf } from './handover.ts';
import { Segments } from './segments.tsx';
import { dayIn, daysFrom, readSlots, type Slot } from './slots.ts';

/** As soon as possible, or one of the slots of a day. A shop that is closed now takes orders for later alone. */
export function WantedTime({
  shop,
  later,
  getShopInfoUrl,
  error,
}: {
  shop: Shop;
  later: Later;
  getShopInfoUrl: string;
  error: Text | undefined;
}) {
  const isAsked = isForLater(shop);
  const wantedAt = wantedAtOf(shop);
  // As one text, so that the clock's next second draws nothing anew; at midnight the days are others.
  const days = useComputed(() => daysFrom(serverNow.value, shop.timeZone, later.daysAhead).join(' ')).value.split(' ');
  const chosenDay = useSignal(wantedAt === undefined ? undefined : dayIn(Date.parse(wantedAt), shop.timeZone));
  const day = days.find(one => one === chosenDay.value) ?? days[0];
  const slots = useSlots(getShopInfoUrl, shop.id, isAsked ? day : undefined, error);
  const choose = (when: 'now' | 'later') => {
    setHandover(shop.id, { isForLater: when === 'later' });
    if (when === 'now') forgetTime(shop.id);
  };
  useEffect(() => {
    // It may be full, or over, since it was chosen.
    const isLost = Array.isArray(slots.value) && slots.value.every(({ at, free }) => at !== wantedAt || free === 0);
    if (wantedAt !== undefined && isLost) forgetTime(shop.id);
  }, [slots.value, wantedAt]);
  return (
    <>
      <Segments
        name="when"
        label={say(texts.when)}
        value={isAsked ? 'later' : 'now'}
        options={[
          { value: 'now', text: say(texts.soon), disabled: !shop.open },
          { value: 'later', text: say(texts.forLater) },
        ]}
        onChange={choose}
      />
      {isAsked && (
        <div class="two-fields">
          <div class="field">
            <label for="day">{say(texts.day)}</label>
            <select
              id="day"
              class="input"
              data-testid="day"
              value={day}
              onChange={({ currentTarget }) => {
                chosenDay.value = currentTarget.value;
                forgetTime(shop.id);
              }}
            >
              {days.map(one => (
                <option key={one} value={one}>
                  {dateName(one)}
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for="slot">{say(texts.time)}</label>
            <select
              id="slot"
              class="input"
              data-testid="slot"
              aria-invalid={error !== undefined}
              value={wantedAt ?? ''}
              onChange={({ currentTarget: { value } }) =>
                value === '' ? forgetTime(shop.id) : setHandover(shop.id, { wantedAt: value })
              }
            >
              <option value="">{say(placeholder(slots.value))}</option>
              {slots.value !== 'busy' &&
                slots.value !== 'failed' &&
                slots.value.map(({ at, free }) => (
                  <option key={at} value={at} disabled={free === 0}>
                    {clockTime(at, shop.timeZone)}
                    {free === 0 ? ` · ${say(texts.slotFull)}` : ''}
                  </option>
                ))}
            </select>
          </div>
        </div>
      )}
      {error !== undefined && (
        <p class="field-error" data-testid="slot-error">
          {say(error)}
        </p>
      )}
    </>
  );
}

type Slots = Slot[] | 'busy' | 'failed';

/** The slots of a day, read again when one was refused. */
function useSlots(url: string, shop: string, day: string | undefined, refusal: Text | undefined): Signal<Slots> {
  const slots = useSignal<Slots>('busy');
  useEffect(() => {
    if (day === undefined) return;
    let isWanted = true;
    slots.value = 'busy';
    readSlots(url, shop, day).then(
      read => {
        if (isWanted) slots.value = read;
      },
      () => {
        if (isWanted) slots.value = 'failed';
      },
    );
    return () => {
      isWanted = false;
    };
  }, [url, shop, day, refusal]);
  return slots;
}

function placeholder(slots: Slots): Text {
  if (slots === 'busy') return texts.loading;
  if (slots === 'failed') return texts.loadFailed;
  return slots.some(({ free }) => free > 0) ? texts.chooseTime : texts.noTime;
}

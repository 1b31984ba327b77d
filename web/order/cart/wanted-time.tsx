import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Later, Shop } from '../../../functions/domain/frames.ts';
import { say, type Text } from '../../shared/language.ts';
import { dateName } from '../../shared/terms-words.ts';
import { clockTime, serverNow } from '../../shared/time.ts';
import { texts } from '../texts.ts';
import { forgetTime, isForLater, setHandover, wantedAtOf } from './handover.ts';
import { firstLaterDay, type LaterDay, laterDays } from './later-days.ts';
import { Segments } from './segments.tsx';
import { dayIn, hasRoom, isTimeLost } from './slots.ts';
import { type Slots, useSlots } from './use-slots.ts';

/** So many days without a time are looked past, a reading each, to begin with one that has some. */
const MOST_DAYS_PASSED = 7;

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
  const days = JSON.parse(
    useComputed(() => JSON.stringify(laterDays(shop, later, serverNow.value))).value,
  ) as LaterDay[];
  const isSold = days.some(({ isClosed }) => !isClosed);
  const chosenDay = useSignal(wantedAt === undefined ? undefined : dayIn(Date.parse(wantedAt), shop.timeZone));
  const passed = useSignal<ReadonlySet<string>>(new Set());
  const isChosen = days.some(one => one.day === chosenDay.value);
  const day = isChosen ? chosenDay.value : firstLaterDay(days, shop, passed.value);
  const { slots, readAgain } = useSlots(getShopInfoUrl, shop, isAsked ? day : undefined, error);
  const isLost = useSignal(false);
  const choose = (when: 'now' | 'later') => {
    setHandover(shop.id, { isForLater: when === 'later' });
    if (when === 'now') forgetTime(shop.id);
  };
  useEffect(() => {
    if (!Array.isArray(slots.value)) return;
    if (wantedAt !== undefined) {
      isLost.value = isTimeLost(slots.value, wantedAt);
      if (isLost.value) forgetTime(shop.id);
    } else if (!isChosen && day !== undefined && !hasRoom(slots.value) && passed.value.size < MOST_DAYS_PASSED)
      passed.value = new Set([...passed.value, day]);
  }, [slots.value, wantedAt]);
  const trouble = error ?? (isAsked && isLost.value && wantedAt === undefined ? texts.timeLost : undefined);
  return (
    <>
      <Segments
        name="when"
        label={say(texts.when)}
        value={isAsked ? 'later' : 'now'}
        options={[
          { value: 'now', text: say(texts.soon), disabled: !shop.open },
          { value: 'later', text: say(texts.forLater), disabled: !isSold },
        ]}
        onChange={choose}
      />
      {isAsked && !isSold && <p>{say(texts.noLaterDay)}</p>}
      {isAsked && isSold && (
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
                isLost.value = false;
                forgetTime(shop.id);
              }}
            >
              {days.map(one => (
                <option key={one.day} value={one.day} disabled={one.isClosed}>
                  {dayInWords(one)}
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
              aria-invalid={trouble !== undefined}
              {...(trouble === undefined ? {} : { 'aria-describedby': 'slot-error' })}
              value={wantedAt ?? ''}
              onChange={({ currentTarget: { value } }) => {
                chosenDay.value = day;
                isLost.value = false;
                if (value === '') forgetTime(shop.id);
                else setHandover(shop.id, { wantedAt: value });
              }}
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
      {isAsked && slots.value === 'failed' && (
        <button type="button" class="button" data-testid="slots-again" onClick={readAgain}>
          {say(texts.tryAgain)}
        </button>
      )}
      {trouble !== undefined && (
        <p class="field-error" id="slot-error" role="status" data-testid="slot-error">
          {say(trouble)}
        </p>
      )}
    </>
  );
}

function dayInWords({ day, isClosed }: LaterDay): string {
  return isClosed ? `${dateName(day)} · ${say(texts.dayClosed)}` : dateName(day);
}

function placeholder(slots: Slots): Text {
  if (slots === 'busy') return texts.loading;
  if (slots === 'failed') return texts.loadFailed;
  if (slots.length === 0) return texts.dayOver;
  return hasRoom(slots) ? texts.chooseTime : texts.dayFull;
}

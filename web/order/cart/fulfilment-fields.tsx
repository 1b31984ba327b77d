import type { Fulfilment, Shop } from '../../../functions/domain/frames.ts';
import { say, type Text } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { dialLink } from '../../shared/phone-number.ts';
import { texts } from '../texts.ts';
import type { FieldErrors } from './customer.ts';
import { areasOf, handoverAt, setHandover, wayOf, waysOf } from './handover.ts';
import { Segments } from './segments.tsx';
import { WantedTime } from './wanted-time.tsx';

const names: Readonly<Record<Fulfilment['type'], Text>> = { delivery: texts.delivery, pickup: texts.pickup };

/** How, where to and when: as far as the shop leaves a choice. */
export function FulfilmentFields({
  shop,
  errors,
  getShopInfoUrl,
}: {
  shop: Shop;
  errors: FieldErrors;
  getShopInfoUrl: string;
}) {
  const ways = waysOf(shop);
  const areas = areasOf(shop);
  const isPickup = wayOf(shop) === 'pickup';
  if (ways.length < 2 && areas.length === 0 && !isPickup && !shop.later) return null;
  return (
    <section class="card stack" aria-labelledby="fulfilment">
      <h2 id="fulfilment">{say(isPickup ? texts.pickup : texts.delivery)}</h2>
      {ways.length > 1 && (
        <Segments
          name="way"
          label={say(texts.howToGetIt)}
          value={wayOf(shop)}
          options={ways.map(way => ({ value: way, text: say(names[way]) }))}
          onChange={type => setHandover(shop.id, { type })}
        />
      )}
      {isPickup && <PickupPlace shop={shop} />}
      {areas.length > 0 && <AreaField shop={shop} error={errors['fulfilment.area']} />}
      {shop.later && (
        <WantedTime shop={shop} later={shop.later} getShopInfoUrl={getShopInfoUrl} error={errors.wantedAt} />
      )}
    </section>
  );
}

function AreaField({ shop, error }: { shop: Shop; error: Text | undefined }) {
  const { feeCents = 0 } = shop.delivery ?? {};
  return (
    <div class="field">
      <label for="area">{say(texts.area)}</label>
      <select
        id="area"
        class="input"
        data-testid="area"
        aria-invalid={error !== undefined}
        {...(error === undefined ? {} : { 'aria-describedby': 'area-error' })}
        value={handoverAt(shop.id).area ?? ''}
        onChange={({ currentTarget }) => setHandover(shop.id, { area: currentTarget.value })}
      >
        <option value="">{say(texts.chooseArea)}</option>
        {areasOf(shop).map(area => (
          <option key={area.id} value={area.id}>
            {area.name} · {money(area.feeCents ?? feeCents, shop.currency)}
          </option>
        ))}
      </select>
      {error !== undefined && (
        <p class="field-error" id="area-error" data-testid="area-error">
          {say(error)}
        </p>
      )}
    </div>
  );
}

function PickupPlace({ shop: { name, about = {} } }: { shop: Shop }) {
  const { address, phone } = about;
  return (
    <p class="typed" data-testid="pickup-place">
      {say(texts.pickupAt)} <strong>{name}</strong>
      {address !== undefined && <> · {address}</>}
      {phone !== undefined && (
        <>
          {' · '}
          <a class="phone-link" href={dialLink(phone)}>
            {phone}
          </a>
        </>
      )}
    </p>
  );
}

import type { Delivery, ShopSettings } from '../../../functions/domain/frames.ts';
import { minorDigits } from '../../../functions/domain/minor-unit.ts';
import { Field } from '../../shared/field.tsx';
import { say } from '../../shared/language.ts';
import { Switch } from '../../shared/switch.tsx';
import { deliveryInWords } from '../../shared/terms-words.ts';
import { NAME_LENGTH } from '../menu/form.ts';
import { newId } from '../menu/new-id.ts';
import { texts } from '../texts.ts';
import { fulfilmentOf, problemsOf, type TypedArea, type TypedFulfilment, typedFulfilment } from './fulfilment-typed.ts';
import { type Fields, type Problems, TermsForm } from './terms-form.tsx';
import { termsTexts } from './terms-texts.ts';

/** How orders are handed over: fetched, or brought for a fee, to which areas, from which sum on. */
export function FulfilmentForm({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  const digits = minorDigits(shop.currency);
  return (
    <TermsForm<TypedFulfilment>
      title={say(texts.handingOver)}
      testid="fulfilment-form"
      start={typedFulfilment(shop, digits)}
      problemsOf={typed => problemsOf(typed, digits)}
      changeOf={typed => ({ op: 'set_fulfilment', ...fulfilmentOf(typed, digits) })}
      preview={change => change.op === 'set_fulfilment' && <FulfilmentInWords {...change} currency={shop.currency} />}
      fields={fields => <FulfilmentFields {...fields} currency={shop.currency} />}
      onClose={onClose}
    />
  );
}

/** What customers are offered. */
function FulfilmentInWords({
  pickup,
  delivery,
  currency,
}: {
  pickup: boolean;
  delivery: Delivery | null;
  currency: string;
}) {
  return (
    <>
      {pickup && <p>{say(texts.pickup)}</p>}
      {delivery !== null && (
        <p>
          {say(termsTexts.delivery)} · {deliveryInWords(delivery, currency)}
        </p>
      )}
      {delivery?.areas.map(area => (
        <p key={area.id} class="small">
          <span class="typed">{area.name}</span> · {deliveryInWords({ ...delivery, ...area, areas: [] }, currency)}
        </p>
      ))}
      {!pickup && delivery === null && <p>{say(termsTexts.handsNothingOver)}</p>}
    </>
  );
}

function FulfilmentFields({ typed, problems, change, currency }: Fields<TypedFulfilment> & { currency: string }) {
  const sum = (name: 'minimum' | 'fee' | 'freeFrom', placeholder: string) => (
    <Field
      id={`delivery-${name}`}
      label={say(termsTexts[`${name}Label`], { currency })}
      inputmode="decimal"
      placeholder={placeholder}
      error={problems[`delivery-${name}`]}
      value={typed[name]}
      onInput={value => change({ [name]: value })}
    />
  );
  return (
    <>
      <Switch label={say(texts.pickup)} on={typed.pickup} testid="pickup" onChange={pickup => change({ pickup })} />
      <Switch
        label={say(termsTexts.delivery)}
        on={typed.delivers}
        testid="delivery"
        onChange={delivers => change({ delivers })}
      />
      {typed.delivers && (
        <>
          {sum('minimum', '0')}
          {sum('fee', '0')}
          {sum('freeFrom', say(termsTexts.never))}
          <h3>{say(termsTexts.areas)}</h3>
          <p class="muted small">{say(termsTexts.areasHint)}</p>
          {typed.areas.map(area => (
            <AreaFields
              key={area.id}
              area={area}
              problems={problems}
              currency={currency}
              onChange={changed => change({ areas: typed.areas.map(one => (one.id === area.id ? changed : one)) })}
              onRemove={() => change({ areas: typed.areas.filter(({ id }) => id !== area.id) })}
            />
          ))}
          <button
            type="button"
            class="button"
            data-testid="add-area"
            onClick={() => change({ areas: [...typed.areas, { id: newId(), name: '', fee: '', minimum: '' }] })}
          >
            {say(termsTexts.addArea)}
          </button>
        </>
      )}
    </>
  );
}

function AreaFields({
  area,
  problems,
  currency,
  onChange,
  onRemove,
}: {
  area: TypedArea;
  problems: Problems;
  currency: string;
  onChange: (area: TypedArea) => void;
  onRemove: () => void;
}) {
  return (
    <fieldset class="card stack option-editor">
      <legend class="visually-hidden">{area.name || say(termsTexts.areas)}</legend>
      <Field
        id={`area-${area.id}`}
        label={say(termsTexts.areaName)}
        error={problems[`area-${area.id}`]}
        most={NAME_LENGTH}
        value={area.name}
        onInput={name => onChange({ ...area, name })}
      />
      <div class="two-fields">
        {(['fee', 'minimum'] as const).map(name => (
          <Field
            key={name}
            id={`area-${name}-${area.id}`}
            label={say(termsTexts[`${name}Label`], { currency })}
            inputmode="decimal"
            placeholder={say(termsTexts.asEverywhere)}
            error={problems[`area-${name}-${area.id}`]}
            value={area[name]}
            onInput={value => onChange({ ...area, [name]: value })}
          />
        ))}
      </div>
      <button type="button" class="button bad-outline" data-testid={`remove-area-${area.id}`} onClick={onRemove}>
        {say(termsTexts.removeArea)}
      </button>
    </fieldset>
  );
}

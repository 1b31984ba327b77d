import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Customer, Shop, WireError } from '../../../functions/domain/frames.ts';
import { isOnItsWay } from '../../connection/placing.ts';
import { readFilledFields } from '../../shared/autofill.ts';
import { Dock } from '../../shared/dock.tsx';
import { Empty } from '../../shared/empty.tsx';
import { Field } from '../../shared/field.tsx';
import { say, type Text } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { Notice } from '../../shared/notice.tsx';
import { isTooLargeToSend } from '../placing/order-in-cart.ts';
import { placeOrder, placer, placing, wasWithdrawn } from '../placing/ordering.ts';
import { linkTo } from '../route.ts';
import { ShopNotice } from '../shops/shop-state.tsx';
import { texts } from '../texts.ts';
import { AmountLines, sumInWords } from './amount-lines.tsx';
import { cart, joinEqualLines, setNote } from './cart.ts';
import { CartLine } from './cart-line.tsx';
import { ChangesDialog, ChangesNote } from './changes.tsx';
import {
  ADDRESS_LENGTH,
  checkOrder,
  customer,
  errorOfLine,
  type FieldErrors,
  fieldsOf,
  NAME_LENGTH,
  NOTE_LENGTH,
  setCustomer,
} from './customer.ts';
import { FulfilmentFields } from './fulfilment-fields.tsx';
import { amounts, forgetTime, isForLater, isFromOnly, missingCents, takesOrders, wayOf } from './handover.ts';
import { missingDishes } from './order-again.ts';
import { agreeToChanges, allChanges, beginLooking, endLooking } from './terms.ts';

/** The checkout: the cart, the customer's details, and the button that orders. */
export function Checkout({
  shop,
  getShopInfoUrl,
  readMenu,
}: {
  shop: Shop;
  getShopInfoUrl: string;
  readMenu: () => Promise<void>;
}) {
  /** From the first try on, what is wrong is marked as one types. */
  const isChecking = useSignal(false);
  const refused = useSignal<FieldErrors>({});
  const problem = useSignal<string | undefined>(undefined);
  const isAsking = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  // What was said of another way, or of a time that is not asked for any more, helps nobody.
  const asked = `${wayOf(shop)} ${isForLater(shop)}`;
  useEffect(() => {
    refused.value = {};
    problem.value = undefined;
  }, [asked]);
  useRefusal(problem, refused, isAsking, readMenu);
  useEffect(() => joinEqualLines, []);
  const isEmpty = cart.value.lines.length === 0;
  useEffect(() => (isEmpty ? endLooking() : beginLooking(shop)), [isEmpty]);

  const order = (event?: Event) => {
    event?.preventDefault();
    const hasAgreed = isAsking.value;
    isAsking.value = false;
    if (!takesOrders(shop) || missingCents(shop) > 0) return;
    readFilledFields(form.current);
    joinEqualLines();
    isChecking.value = true;
    refused.value = {};
    const isRight = Object.keys(checkOrder(shop)).length === 0;
    problem.value = undefined;
    if (!isRight) showFirstError(form.current);
    else if (isTooLargeToSend()) problem.value = say(texts.tooLargeToSend);
    else if (!hasAgreed && allChanges.value.length > 0) isAsking.value = true;
    else {
      agreeToChanges();
      placeOrder();
    }
  };
  const errors = { ...refused.value, ...(isChecking.value ? checkOrder(shop) : {}) };
  const trouble = problem.value ?? (Object.keys(errors).length > 0 ? say(texts.checkFields) : undefined);

  return (
    <>
      {isEmpty ? (
        <NothingChosen shop={shop} />
      ) : (
        <form ref={form} class="stack checkout" noValidate onSubmit={order} data-testid="checkout">
          <h1>{say(texts.yourOrder)}</h1>
          <p class="muted typed">{shop.name}</p>
          <Missing />
          <ul class="card lines">
            {cart.value.lines.map((line, index) => (
              <CartLine key={line.key} line={line} currency={shop.currency} error={errorOfLine(errors, index)} />
            ))}
          </ul>
          <p>
            <a class="text-button" href={linkTo({ view: 'menu', shop: shop.id })} data-testid="add-dishes">
              {say(texts.addDishes)}
            </a>
          </p>
          <FulfilmentFields shop={shop} errors={errors} getShopInfoUrl={getShopInfoUrl} />
          <Details errors={errors} isPickup={wayOf(shop) === 'pickup'} />
          <section class="card" aria-label={say(texts.total)}>
            <AmountLines amounts={amounts.value} currency={shop.currency} isFrom={isFromOnly.value} />
          </section>
          <Dock>
            <ShopNotice shop={shop} />
            <ChangesNote currency={shop.currency} />
            {trouble !== undefined && (
              <Notice tone="bad" urgent testid="problem">
                {trouble}
              </Notice>
            )}
            <p class="muted small pay-later" role="status" data-testid="pay-later">
              {missingCents(shop) > 0
                ? say(texts.belowMinimum, { missing: money(missingCents(shop), shop.currency) })
                : say(wasWithdrawn.value ? texts.nothingSent : payWords(shop))}
            </p>
            <button
              type="submit"
              class="button primary wide big"
              aria-disabled={!takesOrders(shop) || missingCents(shop) > 0}
              aria-busy={isOnItsWay(placing.value)}
              data-testid="place"
            >
              {say(texts.place, { total: sumInWords(amounts.value.totalCents, shop.currency, isFromOnly.value) })}
            </button>
          </Dock>
        </form>
      )}
      {isAsking.value && (
        <ChangesDialog currency={shop.currency} onOrder={() => order()} onClose={() => (isAsking.value = false)} />
      )}
    </>
  );
}

function NothingChosen({ shop }: { shop: Shop }) {
  return (
    <div class="stack">
      <Missing />
      <Empty heading={say(texts.yourOrder)}>
        <p>{say(texts.emptyCart)}</p>
        <div>
          <a class="button typed" href={linkTo({ view: 'menu', shop: shop.id })}>
            {shop.name}
          </a>
        </div>
      </Empty>
      <Dock>
        <ChangesNote currency={shop.currency} />
      </Dock>
    </div>
  );
}

/** What an earlier order had and is not to be had now. */
function Missing() {
  if (missingDishes.value.length === 0) return null;
  const words = missingDishes.value.map(({ dish, choices }) =>
    choices.length === 0 ? dish : say(texts.againWithout, { dish, choices: choices.join(say(['、', ', '])) }),
  );
  return (
    <Notice tone="warn" testid="missing">
      <p>{say(texts.againMissing)}</p>
      <ul class="bullets">
        {[...new Set(words)].map(one => (
          <li key={one} class="typed">
            {one}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function payWords(shop: Shop) {
  return wayOf(shop) === 'pickup' ? texts.payAtPickup : texts.payLater;
}

function Details({ errors, isPickup }: { errors: FieldErrors; isPickup: boolean }) {
  const field = (name: keyof Customer) => ({
    id: name,
    label: say(texts[name]),
    value: customer.value[name],
    error: errors[`customer.${name}`],
    onInput: (value: string) => setCustomer({ [name]: value }),
  });
  return (
    <section class="card stack" aria-labelledby="details">
      <h2 id="details">{say(texts.yourDetails)}</h2>
      <Field {...field('name')} autocomplete="name" most={NAME_LENGTH} />
      <Field {...field('phone')} autocomplete="tel" type="tel" />
      {!isPickup && <Field {...field('address')} autocomplete="street-address" multiline most={ADDRESS_LENGTH} />}
      <Field
        id="note"
        label={say(texts.orderNote)}
        value={cart.value.note}
        error={errors.note}
        multiline
        most={NOTE_LENGTH}
        onInput={setNote}
      />
      <p class="muted small">{say(texts.remembered)}</p>
    </section>
  );
}

/** After the messages are there, so that they are read out with their fields. */
function showFirstError(form: HTMLFormElement | null): void {
  setTimeout(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** Shows why an order was refused, once, and reads the menu again where that is the reason. */
function useRefusal(
  problem: Signal<string | undefined>,
  refused: Signal<FieldErrors>,
  isAsking: Signal<boolean>,
  readMenu: () => Promise<void>,
) {
  const state = placing.value;
  useEffect(() => {
    if (state.phase !== 'refused') return;
    placer.value?.clear();
    const { code } = state.error;
    refused.value = fieldsOf(state.error);
    problem.value = say(refusalText(state.error), { code });
    if (code === 'slot_full' || 'wantedAt' in refused.value) forgetTime(state.attempt.shop);
    if (Object.keys(refused.value).length > 0) showFirstError(document.querySelector('form'));
    const isAboutMenu = code === 'price_changed' || code === 'dish_unavailable';
    if (!isAboutMenu && !(code in aboutTerms) && !('wantedAt' in refused.value)) return;
    void readMenu().then(() => {
      if (allChanges.value.length === 0 || code === 'shop_closed' || code === 'below_minimum') return;
      problem.value = undefined;
      isAsking.value = true;
    });
  }, [state]);
}

/** Refusals after which the shop is read again: it has changed what it offers. */
const aboutTerms: Readonly<Record<string, Text>> = {
  shop_closed: texts.refusedClosed,
  below_minimum: texts.refusedBelowMinimum,
  area_not_served: texts.refusedArea,
  fulfilment_unavailable: texts.refusedFulfilment,
  slot_full: texts.refusedSlot,
};

function refusalText({ code, fields }: WireError) {
  if (code === 'price_changed' || code === 'dish_unavailable') return texts.changedUnknown;
  const term = aboutTerms[code];
  if (term !== undefined) return term;
  if (code === 'too_large') return texts.tooLargeToSend;
  if (code === 'invalid_request' && fields !== undefined && fields.length > 0) return texts.refusedFields;
  return texts.refusedOther;
}

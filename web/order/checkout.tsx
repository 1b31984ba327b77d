import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Customer, Shop, WireError } from '../../functions/domain/frames.ts';
import { isOnItsWay } from '../connection/placing.ts';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { acceptChanges, type CartLine, cart, changes, setLineNote, setNote, totalCents } from './cart.ts';
import { Changes } from './changes.tsx';
import { checkFields, customer, type FieldErrors, fieldsOf, plainPhone, setCustomer } from './customer.ts';
import { Field } from './field.tsx';
import { ShopNotice, Stepper } from './menu.tsx';
import { placeOrder, placer, placing } from './ordering.ts';
import { linkTo } from './route.ts';
import { texts } from './texts.ts';

/** What was chosen, who orders, and the one button. */
export function Checkout({ shop, readMenu }: { shop: Shop; readMenu: () => Promise<void> }) {
  const errors = useSignal<FieldErrors>({});
  const problem = useSignal<string | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);
  useRefusal(problem, errors, readMenu);

  const submit = (event: Event) => {
    event.preventDefault();
    problem.value = undefined;
    errors.value = check();
    if (Object.keys(errors.value).length > 0) {
      problem.value = say(texts.checkFields);
      // After the messages are there, so that they are read out with their fields.
      setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    acceptChanges();
    placeOrder();
  };

  const { lines, note } = cart.value;
  if (lines.length === 0) {
    return (
      <div class="stack">
        <Changes currency={shop.currency} />
        <div class="nothing stack">
          <p>{say(texts.emptyCart)}</p>
          <div>
            <a class="button" href={linkTo({ view: 'menu', shop: shop.id })}>
              {shop.name}
            </a>
          </div>
        </div>
      </div>
    );
  }
  return (
    <form ref={form} class="stack checkout" noValidate onSubmit={submit} data-testid="checkout">
      <h1>{say(texts.yourOrder)}</h1>
      <p class="muted typed">{shop.name}</p>
      <ShopNotice shop={shop} />
      <ul class="card lines">
        {lines.map((line, index) => (
          <Line key={line.dish} line={line} currency={shop.currency} index={index} errors={errors.value} />
        ))}
      </ul>
      <Field
        id="note"
        label={say(texts.orderNote)}
        value={note}
        error={errors.value.note}
        multiline
        onInput={setNote}
      />
      <Details errors={errors.value} />
      <div class="cart-bar stack">
        <Changes currency={shop.currency} />
        {problem.value !== undefined && changes.value.length === 0 && (
          <p class="banner banner-bad" role="alert" data-testid="problem">
            {problem.value}
          </p>
        )}
        <button
          type="submit"
          class="button primary wide"
          disabled={!shop.open}
          aria-busy={isOnItsWay(placing.value)}
          data-testid="place"
        >
          {say(texts.place, { total: money(totalCents.value, shop.currency) })}
        </button>
      </div>
    </form>
  );
}

function Line({
  line,
  currency,
  index,
  errors,
}: {
  line: CartLine;
  currency: string;
  index: number;
  errors: FieldErrors;
}) {
  return (
    <li class="line" data-testid={`line-${line.dish}`}>
      <div class="spread">
        <div>
          <p class="dish-name typed">{line.name}</p>
          <p class="number muted">{money(line.priceCents * line.quantity, currency)}</p>
        </div>
        <Stepper dish={{ id: line.dish, name: line.name, priceCents: line.priceCents }} />
      </div>
      <Field
        id={`note-${line.dish}`}
        label={say(texts.dishNoteFor, { dish: line.name })}
        labelHidden
        placeholder={say(texts.dishNoteHint)}
        value={line.note}
        error={errors[`items[${index}].note`]}
        onInput={value => setLineNote(line.dish, value)}
      />
    </li>
  );
}

function Details({ errors }: { errors: FieldErrors }) {
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
      <Field {...field('name')} autocomplete="name" />
      <Field {...field('phone')} autocomplete="tel" type="tel" />
      <Field {...field('address')} autocomplete="street-address" multiline />
      <p class="muted small">{say(texts.remembered)}</p>
    </section>
  );
}

function check(): FieldErrors {
  const { lines, note } = cart.value;
  const notes = Object.fromEntries(lines.map((line, index) => [`items[${index}].note`, line.note]));
  return checkFields({ ...customer.value, phone: plainPhone(customer.value.phone) }, { ...notes, note });
}

/** Shows why an order was refused, once, and reads the menu again where that is the reason. */
function useRefusal(problem: Signal<string | undefined>, errors: Signal<FieldErrors>, readMenu: () => Promise<void>) {
  const state = placing.value;
  useEffect(() => {
    if (state.phase !== 'refused') return;
    placer.value?.clear();
    errors.value = fieldsOf(state.error);
    problem.value = say(refusalText(state.error), { code: state.error.code });
    const { code } = state.error;
    // What the fresh menu changes in the cart is shown in place of the problem.
    if (code === 'price_changed' || code === 'dish_unavailable' || code === 'shop_closed') void readMenu();
  }, [state]);
}

function refusalText({ code, fields }: WireError) {
  if (code === 'price_changed' || code === 'dish_unavailable') return texts.changedUnknown;
  if (code === 'shop_closed') return texts.refusedClosed;
  if (code === 'invalid_request' && fields !== undefined && fields.length > 0) return texts.refusedFields;
  return texts.refusedOther;
}

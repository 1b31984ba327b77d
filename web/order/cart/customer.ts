import { signal } from '@preact/signals';
import type { Customer, Shop, WireError } from '../../../functions/domain/frames.ts';
import { isVisible } from '../../../functions/domain/visible.ts';
import type { Text } from '../../shared/language.ts';
import { findInvalidPhoneCharacters, isPhone, normalizePhone } from '../../shared/phone-number.ts';
import { readStored, store } from '../../shared/stored.ts';
import { lengthOf, tidyLine } from '../../shared/typed-text.ts';
import { cart, surplusLines } from './cart.ts';
import { areasOf, fulfilmentOf, isForLater, wantedAtOf } from './handover.ts';

/** The customer's details as typed, stored on this device. */
export const customer = signal<Customer>(readCustomer(readStored('customer')));

/** Changes some of the details, and stores them. */
export function setCustomer(part: Partial<Customer>): void {
  customer.value = { ...customer.value, ...part };
  store('customer', customer.value);
}

/** Returns the details as they are checked and sent: trimmed, with a plain phone number. */
export function tidyCustomer(): Customer {
  const { name, phone, address } = customer.value;
  return { name: tidyLine(name), phone: normalizePhone(phone), address: tidyLine(address) };
}

/** Error texts by field, with the paths of the wire. */
export type FieldErrors = Readonly<Record<string, Text>>;

/** Characters of a note, at most: the wire's limit. */
export const NOTE_LENGTH = 200;
/** The same of a name and of an address. */
export const NAME_LENGTH = 50;
export const ADDRESS_LENGTH = 200;

const MOST_IN_PHONE = 30;

const rules: Readonly<Record<string, Text>> = {
  'customer.name': ['请填写称呼', 'Please give a name'],
  'customer.phone': ['请填写能打通的电话（3–30 位数字）', 'Please give a phone number (3–30 digits)'],
  'customer.address': ['请填写送餐地址', 'Please give the address'],
  'fulfilment.area': ['请选择配送区域', 'Please choose the area'],
  wantedAt: ['请选择时间', 'Please choose a time'],
  note: ['备注最多 200 个字', 'A note has at most 200 characters'],
  items: ['同样的菜、同样的备注最多 99 份', 'At most 99 of a dish with the same note'],
};

/** Checks what was typed, by the rules of the wire. Notes have been tidied before: `joinEqualLines` of the cart. */
export function checkOrder(shop: Shop): FieldErrors {
  const { name, phone, address } = tidyCustomer();
  const { lines, note } = cart.value;
  const surplus = surplusLines();
  const found: Record<string, Text | undefined> = {
    'customer.name': isVisible(name) ? lengthProblem(name, NAME_LENGTH) : ruleOf('customer.name'),
    'customer.phone': phoneProblem(phone),
    ...handoverProblems(shop, address),
    note: lengthProblem(note, NOTE_LENGTH),
  };
  for (const [index, line] of lines.entries()) {
    found[`items[${index}].note`] = lengthProblem(line.note, NOTE_LENGTH);
    found[`items[${index}]`] = surplus.includes(line) ? ruleOf('items') : undefined;
  }
  return Object.fromEntries(Object.entries(found).filter((each): each is [string, Text] => each[1] !== undefined));
}

function handoverProblems(shop: Shop, address: string): Record<string, Text | undefined> {
  const fulfilment = fulfilmentOf(shop);
  const hasArea = areasOf(shop).length === 0 || ('area' in fulfilment && fulfilment.area !== undefined);
  const hasTime = !isForLater(shop) || wantedAtOf(shop) !== undefined;
  return {
    'fulfilment.area': hasArea ? undefined : ruleOf('fulfilment.area'),
    wantedAt: hasTime ? undefined : ruleOf('wantedAt'),
    'customer.address': fulfilment.type === 'pickup' ? undefined : addressProblem(address),
  };
}

function addressProblem(address: string): Text | undefined {
  return isVisible(address) ? lengthProblem(address, ADDRESS_LENGTH) : ruleOf('customer.address');
}

/** What is wrong with a line of the cart, or with something in it: its note, what was chosen with the dish. */
export function errorOfLine(errors: FieldErrors, index: number): Text | undefined {
  const [found] = Object.keys(errors).filter(path => path.startsWith(`items[${index}]`));
  return found === undefined ? undefined : errors[found];
}

/** Translates the fields of a refusal into error texts. */
export function fieldsOf(error: WireError): FieldErrors {
  return Object.fromEntries((error.fields ?? []).map(({ path }) => [path, ruleOf(path)]));
}

function ruleOf(path: string): Text {
  return rules[path.replace(/^items\[\d+\]\./, '').replace(/\[\d+\]$/, '')] ?? ['这一项填写有误', 'This is not right'];
}

function lengthProblem(text: string, most: number): Text | undefined {
  const length = lengthOf(text);
  if (length <= most) return undefined;
  return [`太长了：${length} / ${most} 个字`, `Too long: ${length} of ${most} characters`];
}

function phoneProblem(plain: string): Text | undefined {
  if (isPhone(plain)) return undefined;
  const strange = findInvalidPhoneCharacters(plain);
  if (strange !== '' && /\d/.test(plain))
    return [`电话里不能有“${strange}”`, `“${strange}” is no part of a phone number`];
  return plain.length > MOST_IN_PHONE ? lengthProblem(plain, MOST_IN_PHONE) : ruleOf('customer.phone');
}

/** Reads stored details, which an earlier version of this page may have written. */
function readCustomer(stored: unknown): Customer {
  const { name, phone, address } = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<Customer>;
  return { name: textOr(name), phone: textOr(phone), address: textOr(address) };
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

import { signal } from '@preact/signals';
import type { Customer, WireError } from '../../functions/domain/frames.ts';
import type { Text } from '../shared/language.ts';
import { readStored, store } from '../shared/stored.ts';
import { cart, surplusLines } from './cart.ts';

const nobody: Customer = { name: '', phone: '', address: '' };

/** Who orders, as remembered on this device. */
export const customer = signal<Customer>({ ...nobody, ...(readStored('customer') as Partial<Customer> | undefined) });

/** Changes a part, and remembers it. */
export function setCustomer(part: Partial<Customer>): void {
  customer.value = { ...customer.value, ...part };
  store('customer', customer.value);
}

/** Words for fields that are wrong, by path as on the wire. */
export type FieldErrors = Readonly<Record<string, Text>>;

/** Characters of a note, at most: the wire's limit. */
export const NOTE_LENGTH = 200;

const rules: Readonly<Record<string, Text>> = {
  'customer.name': ['请填写称呼（1–50 个字）', 'Please give a name (1–50 characters)'],
  'customer.phone': ['请填写能打通的电话（3–30 位数字）', 'Please give a phone number (3–30 digits)'],
  'customer.address': ['请填写送餐地址（1–200 个字）', 'Please give the address (1–200 characters)'],
  note: ['备注最多 200 个字', 'A note has at most 200 characters'],
  items: ['同样的菜、同样的备注最多 99 份', 'At most 99 of a dish with the same note'],
};

/** Checks what was typed, by the rules of the wire. */
export function checkOrder(): FieldErrors {
  const { name, phone, address } = customer.value;
  const { lines, note } = cart.value;
  const plain = plainPhone(phone);
  const surplus = surplusLines();
  const wrong = [
    ...(isText(name, 50) ? [] : ['customer.name']),
    ...(/^[0-9+()#*. -]{3,30}$/.test(plain) && /\d/.test(plain) ? [] : ['customer.phone']),
    ...(isText(address, 200) ? [] : ['customer.address']),
    ...(isTooLong(note) ? ['note'] : []),
    ...lines.flatMap((line, index) => (isTooLong(line.note) ? [`items[${index}].note`] : [])),
    ...lines.flatMap((line, index) => (surplus.includes(line) ? [`items[${index}]`] : [])),
  ];
  return Object.fromEntries(wrong.map(path => [path, ruleOf(path)]));
}

/** The server's word on what is wrong, in the words of this page. */
export function fieldsOf(error: WireError): FieldErrors {
  return Object.fromEntries((error.fields ?? []).map(({ path }) => [path, ruleOf(path)]));
}

function ruleOf(path: string): Text {
  return rules[path.replace(/^items\[\d+\]\./, '').replace(/\[\d+\]$/, '')] ?? ['这一项填写有误', 'This is not right'];
}

/** Typed full-width digits and signs are meant as the plain ones. */
export function plainPhone(typed: string): string {
  return typed.normalize('NFKC').trim();
}

function isTooLong(note: string): boolean {
  return [...note].length > NOTE_LENGTH;
}

function isText(text: string, most: number): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) && [...text].length <= most;
}

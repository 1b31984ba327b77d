import { signal } from '@preact/signals';
import type { Customer, WireError } from '../../functions/domain/frames.ts';
import type { Text } from '../shared/language.ts';
import { readStored, store } from '../shared/stored.ts';

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

const rules: Readonly<Record<string, Text>> = {
  'customer.name': ['请填写称呼（1–50 个字）', 'Please give a name (1–50 characters)'],
  'customer.phone': ['请填写能打通的电话（3–30 位数字）', 'Please give a phone number (3–30 digits)'],
  'customer.address': ['请填写送餐地址（1–200 个字）', 'Please give the address (1–200 characters)'],
  note: ['备注最多 200 个字', 'A note has at most 200 characters'],
};

/** Checks what was typed, by the rules of the wire. */
export function checkFields(who: Customer, notes: Readonly<Record<string, string>>): FieldErrors {
  const wrong = [
    ...(isText(who.name, 50) ? [] : ['customer.name']),
    ...(/^[0-9+()#*. -]{3,30}$/.test(who.phone) && /\d/.test(who.phone) ? [] : ['customer.phone']),
    ...(isText(who.address, 200) ? [] : ['customer.address']),
    ...Object.entries(notes)
      .filter(([, note]) => [...note].length > 200)
      .map(([path]) => path),
  ];
  return Object.fromEntries(wrong.map(path => [path, ruleOf(path)]));
}

/** The server's word on what is wrong, in the words of this page. */
export function fieldsOf(error: WireError): FieldErrors {
  return Object.fromEntries((error.fields ?? []).map(({ path }) => [path, ruleOf(path)]));
}

function ruleOf(path: string): Text {
  return rules[path.replace(/^items\[\d+\]\./, '')] ?? ['这一项填写有误', 'This is not right'];
}

/** Typed full-width digits and signs are meant as the plain ones. */
export function plainPhone(typed: string): string {
  return typed.normalize('NFKC').trim();
}

function isText(text: string, most: number): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) && [...text].length <= most;
}

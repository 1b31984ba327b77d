import { plainDigits } from './typed-text.ts';

const DASHES = /[\u2010-\u2015\u2043\u2212\u2500\u2501\u30FC]/g;

/** What stands before a number in a link (RFC 3966), a signature or an address book. */
const LABEL =
  /^[\p{So}\s]*(?:(?:telephone|phone|mobile|mob|cell|tel|sms|联系电话|电话号码|电话|電話|手机号码|手机号|手机|手機|号码|號碼)[\s:.]*|[tmp]\s*:\s*)?/iu;

/** What stands before an extension; `;ext=` is that of RFC 3966. */
const EXTENSION = /[\s,;]*(?:转|轉|分机|分機|内线|內線|extension|ext|x)+[\s.:=号號]*(?=\d)/gi;

/** A comma behind a whole number: wait, then dial the extension. */
const WAIT = /(\d[\d ().-]{6,}),\s*(?=\d)/g;

/**
 * A phone number as it was meant, whatever a keyboard, a contact app or a link made of it: `tel:`, full-width and other
 * digits, every dash, no-break spaces. An extension begins with `#`. What is no phone number stays as it is.
 */
export function normalizePhone(typed: string): string {
  return plainDigits(typed)
    .replace(LABEL, '')
    .replace(/\s+/g, ' ')
    .replace(DASHES, '-')
    .replace(/。/g, '.')
    .replace(/^(\D*\d{1,5})\//, '$1-') // "030/1234567" is one number, "1234567/7654321" are two
    .replace(EXTENSION, ' #')
    .replace(WAIT, '$1 #')
    .replace(/ *, */g, ' ')
    .replace(/[\s,;.]+$/, '')
    .trim();
}

/** What the wire takes as a phone number, as `bill` checks it (PROTOCOL.md). */
export function isPhone(plain: string): boolean {
  return /^[0-9+()#*. -]{3,30}$/.test(plain) && /\d/.test(plain);
}

/** The characters of a text that no phone number has, each once. */
export function findInvalidPhoneCharacters(plain: string): string {
  return [...new Set(plain.replace(/[0-9+()#*. -]/g, ''))].join('');
}

/**
 * The link that dials a number. What follows a `#` behind it is an extension: a comma makes phones wait and then dial
 * it. (`;ext=` of RFC 3966 is three keys to Android, and a `#` ends the link.)
 */
export function dialLink(phone: string): string {
  const [, number = phone, extension = ''] = /^([^#]*\d[^#]*)#(.*)$/.exec(phone) ?? [];
  const [dialled, then] = [number, extension].map(part => part.replace(/[^0-9+*#]/g, '').replaceAll('#', '%23'));
  return then === '' ? `tel:${dialled}` : `tel:${dialled},${then}`;
}

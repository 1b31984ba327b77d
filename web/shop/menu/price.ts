import { plainDigits } from '../../shared/typed-text.ts';

/** A currency's sign or name, before or after the amount. */
const CURRENCY = /^(?:\p{Sc}|RMB|CNY)\s*|\s*(?:\p{Sc}|[元圆円块]|RMB|CNY)$/giu;

const PLAIN = /^(\d{1,9})(?:[.,](\d*))?$/;
/** Thousands set apart by one sign, then the point, which is another one. */
const GROUPED = /^(\d{1,3}([.,'’ ])\d{3}(?:\2\d{3})*)(?:([.,])(\d*))?$/;

/**
 * A price as typed or pasted, in the currency's minor unit, exactly; `undefined` when it is none. `digits` is how many
 * the currency has after the point. The digits of every script count, a comma may be the point, and thousands may be
 * set apart: `￥１２．５`, `12,50`, `1.234,50`, `1 234.50`.
 */
export function parsePrice(text: string, digits: number): number | undefined {
  const plain = plainDigits(text).replace(/[。٫]/g, '.').replace(/٬/g, ',').trim().replace(CURRENCY, '');
  const [whole, part] = splitAtPoint(plain, digits) ?? [];
  if (whole === undefined || part === undefined || whole.length > 9) return undefined;
  return Number(whole + part.padEnd(digits, '0'));
}

function splitAtPoint(text: string, digits: number): [whole: string, part: string] | undefined {
  const [, whole, part = ''] = PLAIN.exec(text) ?? [];
  if (whole !== undefined && part.length <= digits) return [whole, part];
  const [, groups, mark, point, rest = ''] = GROUPED.exec(text) ?? [];
  if (groups === undefined || point === mark || rest.length > digits) return undefined;
  // "1.234" is more likely a slip than a thousand: who means a thousand is asked again.
  if (/^\d+\.\d+$/.test(text)) return undefined;
  return [groups.replace(/\D/g, ''), rest];
}

import { minorDigits } from '../minor-unit.ts';

/**
 * An amount in the minor unit, from what `amountText` or a spreadsheet writes: `18`, `18.5`, `18.50`; with a comma where
 * `hasComma` says so. `undefined`: no amount, or finer than the currency.
 */
export function centsOf(text: string, currency: string, hasComma: boolean): number | undefined {
  const digits = minorDigits(currency);
  const [, whole, part = ''] = (hasComma ? /^(\d{1,12})(?:[.,](\d+))?$/ : /^(\d{1,12})(?:\.(\d+))?$/).exec(text) ?? [];
  // A spreadsheet may add zeros; they say nothing.
  const shown = part.replace(/0+$/, '');
  if (whole === undefined || shown.length > digits) return undefined;
  return Number(whole + shown.padEnd(digits, '0'));
}

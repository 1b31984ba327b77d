import { locale } from './language.ts';

/** An amount as people read it. `cents` is in the currency's minor unit, whatever its size. */
export function money(cents: number, currency: string): string {
  try {
    const format = new Intl.NumberFormat(locale(), { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    return format.format(cents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    return `${(cents / 100).toFixed(2)} ${currency}`; // not a currency that the browser knows
  }
}

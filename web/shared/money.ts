import { locale } from './language.ts';

/** An amount as people read it. `cents` is in the currency's minor unit, whatever its size. */
export function money(cents: number, currency: string): string {
  const format = formatOf(locale(), currency);
  if (format === undefined) return `${(cents / 100).toFixed(2)} ${currency}`;
  return format.format(cents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** Making one takes as long as showing a row. */
const formats = new Map<string, Intl.NumberFormat | undefined>();

/** `undefined`: not a currency that the browser knows. */
function formatOf(locale: string, currency: string): Intl.NumberFormat | undefined {
  const name = `${locale} ${currency}`;
  if (!formats.has(name)) formats.set(name, makeFormat(locale, currency));
  return formats.get(name);
}

function makeFormat(locale: string, currency: string): Intl.NumberFormat | undefined {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  } catch {
    return undefined;
  }
}

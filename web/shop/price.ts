/**
 * A price as typed, in the currency's minor unit, exactly; `undefined` when it is none. `digits` is how many the currency
 * has after the point. A comma is a point, and full-width digits are digits.
 */
export function parsePrice(text: string, digits: number): number | undefined {
  const [, whole, part = ''] =
    /^(\d{1,9})(?:[.,](\d*))?$/.exec(
      text
        .normalize('NFKC')
        .trim()
        .replace(/^[¥$€£]\s*/, ''),
    ) ?? [];
  if (whole === undefined || part.length > digits) return undefined;
  return Number(whole + part.padEnd(digits, '0'));
}

/** A price as it would be typed. */
export function priceText(cents: number, digits: number): string {
  const text = String(cents).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** How many digits a currency has after the point. */
export function priceDigits(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2; // not a currency that the browser knows
  }
}

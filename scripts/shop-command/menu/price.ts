/**
 * An amount as a spreadsheet shows it, `18.00`, from the minor unit of its currency: exact, without sign or grouping.
 */
export function priceText(cents: number, currency: string): string {
  const digits = digitsOf(currency);
  if (digits === 0) return String(cents);
  const text = String(cents).padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * An amount in the minor unit, from what `priceText` or a spreadsheet writes: `18`, `18.5`, `18.50`; with a comma where
 * `hasComma` says so. `undefined`: no amount, or finer than the currency.
 */
export function centsOf(text: string, currency: string, hasComma: boolean): number | undefined {
  const digits = digitsOf(currency);
  const [, whole, part = ''] = (hasComma ? /^(\d{1,12})(?:[.,](\d+))?$/ : /^(\d{1,12})(?:\.(\d+))?$/).exec(text) ?? [];
  // A spreadsheet may add zeros; they say nothing.
  const shown = part.replace(/0+$/, '');
  if (whole === undefined || shown.length > digits) return undefined;
  return Number(whole + shown.padEnd(digits, '0'));
}

/** How many digits the pages show after the point. */
function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

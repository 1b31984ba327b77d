import { amountText } from '../../../functions/domain/minor-unit.ts';
import type { Text } from '../../shared/language.ts';
import { texts } from '../texts.ts';
import { parsePrice } from './price.ts';

const MAX_CENTS = 100_000_000;

/** A sum as it is typed; nothing for 0 and for what is not set. */
export function typedMoney(cents: number | null | undefined, digits: number): string {
  return cents === null || cents === undefined || cents === 0 ? '' : amountText(cents, digits);
}

/** A typed sum in the minor unit; 0 when nothing was typed. Only for what has no problem. */
export function centsOf(typed: string, digits: number): number {
  return typed.trim() === '' ? 0 : (parsePrice(typed, digits) ?? 0);
}

/** What is wrong with a typed sum, which is at most `most`. Nothing typed is 0. */
export function moneyProblem(typed: string, digits: number, most = MAX_CENTS): Text | undefined {
  if (typed.trim() === '') return undefined;
  const cents = parsePrice(typed, digits);
  if (cents === undefined) return digits === 0 ? texts.wrongPriceWhole : texts.wrongPrice;
  return cents > most ? texts.priceTooHigh : undefined;
}

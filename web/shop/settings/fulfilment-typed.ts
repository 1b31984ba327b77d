import type { Delivery, ShopSettings } from '../../../functions/domain/frames.ts';
import { tidyLine } from '../../shared/typed-text.ts';
import { nameProblem } from '../menu/form.ts';
import { centsOf, moneyProblem, typedMoney } from '../menu/money-typed.ts';
import type { Problems } from './terms-form.tsx';

/** An area as it is typed. */
export interface TypedArea {
  id: string;
  name: string;
  /** Empty: as everywhere. */
  fee: string;
  minimum: string;
}

/** How orders are handed over, as it is typed into the form. */
export interface TypedFulfilment {
  pickup: boolean;
  delivers: boolean;
  minimum: string;
  fee: string;
  freeFrom: string;
  areas: TypedArea[];
}

/** How the shop hands over, as the form begins with it. */
export function typedFulfilment({ pickup = false, delivery }: ShopSettings, digits: number): TypedFulfilment {
  // A server of the version before does not say, and delivers.
  const offered = delivery === undefined ? { minimumCents: 0, feeCents: 0, freeFromCents: null, areas: [] } : delivery;
  return {
    pickup,
    delivers: offered !== null,
    minimum: typedMoney(offered?.minimumCents, digits),
    fee: typedMoney(offered?.feeCents, digits),
    freeFrom: ownSum(offered?.freeFromCents, digits),
    areas: (offered?.areas ?? []).map(({ id, name, feeCents, minimumCents }) => ({
      id,
      name,
      fee: ownSum(feeCents, digits),
      minimum: ownSum(minimumCents, digits),
    })),
  };
}

/** Where 0 is something else than nothing: an area may be free where elsewhere there is a fee, or all be free from 0 on. */
function ownSum(cents: number | null | undefined, digits: number): string {
  return cents === 0 ? '0' : typedMoney(cents, digits);
}

/** What is sent of it. Only for what has no problems. */
export function fulfilmentOf(typed: TypedFulfilment, digits: number): { pickup: boolean; delivery: Delivery | null } {
  if (!typed.delivers) return { pickup: typed.pickup, delivery: null };
  return {
    pickup: typed.pickup,
    delivery: {
      minimumCents: centsOf(typed.minimum, digits),
      feeCents: centsOf(typed.fee, digits),
      freeFromCents: typed.freeFrom.trim() === '' ? null : centsOf(typed.freeFrom, digits),
      areas: typed.areas.map(({ id, name, fee, minimum }) => ({
        id,
        name: tidyLine(name),
        ...(fee.trim() === '' ? {} : { feeCents: centsOf(fee, digits) }),
        ...(minimum.trim() === '' ? {} : { minimumCents: centsOf(minimum, digits) }),
      })),
    },
  };
}

/** Checks what was typed, by the rules of the wire. */
export function problemsOf({ delivers, minimum, fee, freeFrom, areas }: TypedFulfilment, digits: number): Problems {
  if (!delivers) return {};
  return {
    'delivery-minimum': moneyProblem(minimum, digits),
    'delivery-fee': moneyProblem(fee, digits),
    'delivery-freeFrom': moneyProblem(freeFrom, digits),
    ...Object.fromEntries(
      areas.flatMap(area => [
        [`area-${area.id}`, nameProblem(area.name)],
        [`area-fee-${area.id}`, moneyProblem(area.fee, digits)],
        [`area-minimum-${area.id}`, moneyProblem(area.minimum, digits)],
      ]),
    ),
  };
}

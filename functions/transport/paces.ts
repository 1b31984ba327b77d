import { createPaces, type Pace, type Paces } from '../domain/paces.ts';

/** Honest clients ping every minute, and when they wake up. */
export const PINGS: Pace = { burst: 10, perSecond: 0.5 };
/** Of one screen, and of all of a shop together: a tap each, and what has waited for the network at once. */
export const COMMANDS: Pace = { burst: 60, perSecond: 5 };
export const COMMANDS_OF_SHOP: Pace = { burst: 200, perSecond: 30 };
/** Of one connection: a customer says one for each of 20 orders and one for the menu, and again when it comes back. */
export const HELLOS_OF_CONNECTION: Pace = { burst: 30, perSecond: 1 };
/** Of one order's token: each page that shows the order says hello when it comes back. */
export const HELLOS: Pace = { burst: 30, perSecond: 0.5 };

/** A `pong` as it was made, once more, for a ping with this cursor. */
export type SamePong = (cursor: { epoch: string; after: number } | undefined) => string;

/** Everything that `transport` counts. */
export interface PacesOfTransport {
  pings: Paces<SamePong>;
  hellos: Paces<never>;
  hellosOfConnection: Paces<never>;
  commands: Paces<never>;
  commandsOfShop: Paces<never>;
}

/** Makes them. For load tests there is none. */
export function pacesOfTransport(isUnlimited: boolean): PacesOfTransport {
  const paces = <Kept>(given: Pace): Paces<Kept> =>
    createPaces(isUnlimited ? { burst: Number.POSITIVE_INFINITY, perSecond: 0 } : given, () => performance.now());
  return {
    pings: paces(PINGS),
    hellos: paces(HELLOS),
    hellosOfConnection: paces(HELLOS_OF_CONNECTION),
    commands: paces(COMMANDS),
    commandsOfShop: paces(COMMANDS_OF_SHOP),
  };
}

import { announce } from '../domain/announce.ts';
import type { TouchedScreen } from '../domain/ports.ts';
import type { TransportDependencies } from './dependencies.ts';

/** Accepts the orders that no device had before, where the shop wants that: `acked` is how far this one has got. */
export async function autoAccept(
  dependencies: TransportDependencies,
  screen: TouchedScreen,
  acked: number,
): Promise<void> {
  if (!screen.autoAccept || screen.ackedFrom === undefined) return;
  for (const event of await dependencies.commands.autoAccept(screen.shop, screen.ackedFrom, acked))
    await announce(dependencies, event);
}

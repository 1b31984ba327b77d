import { readFileSync } from 'node:fs';

/** How the product's gateway finds dead links and shows that a link is alive: `pingSeconds`, `aliveFrame` of gateway.json. */
export interface LinkSettings {
  pingSeconds: number;
  aliveFrame: { everySeconds: number; frame: Record<string, unknown> };
}

/** Reads gateway.json. */
export function linkSettings(): LinkSettings {
  const { pingSeconds, websockets } = JSON.parse(readFileSync('gateway.json', 'utf8'));
  return { pingSeconds, aliveFrame: websockets[0].aliveFrame };
}

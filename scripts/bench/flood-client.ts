import { childArgument, serveParent } from './child.ts';
import { type FloodTarget, floods } from './flood-kinds.ts';

/** What `flood-client.ts` is started with: one flood, until it is stopped. */
export interface FloodClient {
  argument: { kind: string; target: FloodTarget };
  info: null;
}

const { kind, target } = childArgument<FloodClient['argument']>();
const flood = floods[kind]?.(target);
if (flood === undefined) throw new Error(`there is no flood ${kind}`);
// What a flood is refused is what it is there for.
process.on('uncaughtException', () => {});
serveParent(null, { answers: { sent: () => flood.sent() }, stop: async () => flood.stop() });

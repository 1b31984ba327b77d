import { record } from '../../record.ts';

/** Chooses the route of a message, by its route key. */
export type RouteSelection = (message: string) => string;

/**
 * Evaluates a route selection expression, `$request.body.action`, on messages that are JSON objects. What names no route
 * that is among `keys`, or none that a client may choose, goes to `$default`.
 */
export function routeSelection(expression: string, keys: readonly string[]): RouteSelection {
  const chosen = new Set(keys.filter(key => !key.startsWith('$')));
  if (chosen.size === 0) return () => '$default';
  const path = expression
    .replace(/^\$\{?request\.body\./, '')
    .replace('}', '')
    .split('.');
  return message => {
    let value: unknown = parseOrNothing(message);
    for (const name of path) value = record(value)[name];
    return typeof value === 'string' && chosen.has(value) ? value : '$default';
  };
}

function parseOrNothing(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

/**
 * The frame that stands in for an `events` or `snapshot` frame that is too large for its way: an unasked `pong` with the
 * head it came with, at which the screen asks for what it lacks. `undefined` for any other frame.
 */
export function nudgeFor(frame: string): string | undefined {
  const { type, epoch, head } = JSON.parse(frame) as { type?: unknown; epoch?: unknown; head?: unknown };
  if ((type !== 'events' && type !== 'snapshot') || typeof epoch !== 'string' || typeof head !== 'number')
    return undefined;
  return JSON.stringify({ type: 'pong', epoch, head });
}

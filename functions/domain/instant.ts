import * as v from 'valibot';
import { isDay } from './day.ts';

/** A moment as the wire has it, as in 2025-01-31T18:30:00.000Z; kept in that form. */
export const instant = v.pipe(
  v.string(),
  v.regex(
    /^2\d{3}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{3})?Z$/,
    'must be a time in UTC, as in 2025-01-31T18:30:00Z',
  ),
  v.check(value => isDay(value.slice(0, 10)), 'must be a time in UTC, as in 2025-01-31T18:30:00Z'),
  v.transform(value => (value.length === 20 ? value.replace('Z', '.000Z') : value)),
);

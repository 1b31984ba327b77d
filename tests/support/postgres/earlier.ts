/**
 * What an update sets so that a moment lies so much further back. In UTC, where a day is a day: an update on Citus takes
 * nothing that depends on the session's time zone.
 */
export function earlier(column: string, interval: string): string {
  return `${column} = (${column} at time zone 'UTC' - ${interval}) at time zone 'UTC'`;
}

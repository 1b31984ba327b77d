import type { ScreenLog } from './history.ts';
import type { Tables } from './tables.ts';

/**
 * A screen's log up to the moment at which the tables were read: reading many takes seconds, in which orders expire, and
 * the screens go on. `later` is what the database has of that time; what it has not stays, and is a violation.
 */
export function untilTables(log: ScreenLog, { streams }: Tables, later: Tables['events']): ScreenLog {
  const head = streams.find(({ shop }) => shop === log.shop)?.head ?? 0;
  const heads = new Map(later.filter(({ shop }) => shop === log.shop).map(({ seq, id }) => [seq, id]));
  const entries = [...log.entries];
  for (let last = entries.at(-1); last !== undefined; last = entries.at(-1)) {
    const at = last.type === 'event' ? last.seq : last.head;
    const isLater = at > head && (last.type === 'event' ? heads.get(at) === last.id : heads.has(at));
    if (!isLater) break;
    entries.pop();
  }
  return { ...log, entries };
}

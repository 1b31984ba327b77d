/**
 * In the select list of a statement that acknowledges something: makes its commit wait for the disk, and for a
 * synchronous standby, whatever somebody has left behind in a session that a pooler shares.
 */
export const DURABLY = `set_config('synchronous_commit',
    case when current_setting('synchronous_commit') in ('off', 'local') then 'on' else current_setting('synchronous_commit') end,
    true) as synchronous_commit`;

/**
 * In the same place, for an answer that only repeats what an earlier commit has written: writes something that has to
 * be replicated after it. That commit may still wait for a standby, or may have been ended while it waited, and a
 * statement that writes nothing waits for nobody.
 * @see PostgreSQL documentation, pg_logical_emit_message and synchronous_commit
 */
export function afterEarlierCommits(condition: string): string {
  return `case when ${condition} then pg_logical_emit_message(true, 'websocket-order', '') end as waits_for_earlier`;
}

/**
 * Among what a statement reads from: its commit need not wait for the disk, nor for a standby. For what a crash may forget,
 * because it is found out and done again: leases, tombstones, who follows what. A flood of such commits would otherwise
 * keep the disk from those of orders, which wait for it one after another.
 */
export const WITHOUT_DISK = "set_config('synchronous_commit', 'off', true) as without_disk";

import type { Log } from '../log.ts';

/** What may be an attack, or a setting that invites one. PROTOCOL.md says when each is counted. */
const securityEventKinds = [
  'host_refused',
  'origin_refused',
  'handshake_refused',
  'address_unknown',
  'too_many_connections',
  'too_many_requests',
  'pipelining',
  'too_many_frames',
  'slow_reader',
  'memory_full',
  'wrong_send_back_secret',
] as const;

export type SecurityEventKind = (typeof securityEventKinds)[number];

/** Counts what may be an attack, and logs it. */
export interface SecurityEvents {
  /** Of an entry of the log neither the caller's address nor anything it sent is a part. */
  tell(kind: SecurityEventKind): void;
  /** Since the start, by kind. */
  readonly counts: ReadonlyMap<SecurityEventKind, number>;
}

/** A flood must not become one of the log: so often a kind is logged at most, milliseconds. */
const LOGGED_EVERY_MS = 10_000;

/** Makes the counters of a gateway. A line says how many events of its kind there were since the line before it. */
export function createSecurityEvents(log: Log): SecurityEvents {
  const counts = new Map<SecurityEventKind, number>(securityEventKinds.map(kind => [kind, 0]));
  const logged = new Map<SecurityEventKind, { at: number; count: number }>();
  return {
    counts,
    tell(kind) {
      const total = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, total);
      const last = logged.get(kind);
      const now = performance.now();
      if (last !== undefined && now - last.at < LOGGED_EVERY_MS) return;
      logged.set(kind, { at: now, count: total });
      log('warn', 'security event', { kind, times: total - (last?.count ?? 0) });
    },
  };
}

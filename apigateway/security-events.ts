import type { Log } from './log.ts';

/**
 * What may be an attack, or a setting that invites one: the only names there are, of the gateway and of functions alike.
 * docs/operating.md says when each is counted.
 */
export const securityEventKinds = [
  'host_refused',
  'origin_refused',
  'handshake_refused',
  'address_unknown',
  'wrong_key',
  'revoked_key',
  'wrong_send_back_secret',
  'wrong_metrics_secret',
  'too_many_connections',
  'too_many_requests',
  'pipelining',
  'small_pieces',
  'too_many_frames',
  'too_many_orders',
  'proof_asked',
  'too_many_commands',
  'slow_reader',
  'memory_full',
  'webhook_refused',
  'audit_finding',
] as const;

/** One of them. */
export type SecurityEventKind = (typeof securityEventKinds)[number];

/** Where they are told. */
export interface SecurityEventLog {
  /** Of an entry of the log neither the caller's address nor anything it sent is a part: there is no way to hand it in. */
  tell(kind: SecurityEventKind): void;
}

/** Counts what may be an attack, and logs it. */
export interface SecurityEvents extends SecurityEventLog {
  /** Since the start, by kind. */
  readonly counts: ReadonlyMap<SecurityEventKind, number>;
}

/** A flood must not become one of the log: so often a kind is logged at most, milliseconds. */
const LOGGED_EVERY_MS = 10_000;

/**
 * Makes the counters of a process. The first event of a kind is logged at once. Those of the ten seconds after it are
 * logged together at their end, so that in the log none is missing; `times` says how many there were.
 */
export function createSecurityEvents(log: Log, loggedEveryMs = LOGGED_EVERY_MS): SecurityEvents {
  const counts = new Map<SecurityEventKind, number>(securityEventKinds.map(kind => [kind, 0]));
  const unlogged = new Map<SecurityEventKind, number>();

  function write(kind: SecurityEventKind, times: number) {
    log('warn', 'security event', { kind, times });
    unlogged.set(kind, 0);
    setTimeout(writeRest, loggedEveryMs, kind).unref();
  }
  function writeRest(kind: SecurityEventKind) {
    const times = unlogged.get(kind) ?? 0;
    unlogged.delete(kind);
    if (times > 0) write(kind, times);
  }

  return {
    counts,
    tell(kind) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const waiting = unlogged.get(kind);
      if (waiting === undefined) write(kind, 1);
      else unlogged.set(kind, waiting + 1);
    },
  };
}

/**
 * What every store of connections can do, whatever it keeps of them: the small port that all of them share. Ordering adds
 * to it what it needs (`Connections` in ports.ts), the chat what it needs (`Room`).
 */
export interface ConnectionStore<Connection extends { id: string }, Refused extends string> {
  /**
   * Records a connection, or renews the lease of one that is recorded. `closed`: it was removed before, and stays so: a
   * late `add` brings nothing back. Anything else: it may not come in, and nothing was recorded.
   */
  add(connection: Connection): Promise<'added' | 'closed' | Refused>;
  /** Forgets a connection and leaves a tombstone. Twice, and for an unknown id, is fine. */
  remove(id: string): Promise<void>;
}

/**
 * The port that all stores of connections share, whatever they keep of each: ordering extends it to `Connections`
 * (ports.ts), the chat to `Room`. A gateway may announce a connection after it has closed, so the rule is: once removed,
 * an id never comes back.
 */
export interface ConnectionStore<Connection extends { id: string }, Refused extends string> {
  /**
   * Records a connection, or renews the lease of one that is recorded. `closed`: it was removed before, and stays so: a
   * late `add` brings nothing back. `Refused`, such as `too_many`: it may not come in, and nothing was recorded.
   */
  add(connection: Connection): Promise<'added' | 'closed' | Refused>;
  /** Forgets a connection and keeps its id as closed (a tombstone). May be repeated, and may come before `add`. */
  remove(id: string): Promise<void>;
}

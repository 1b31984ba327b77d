/**
 * What became of a push.
 *
 * - `sent`: the gateway took it. Nobody has read it yet: only an ack says that.
 * - `gone`: the gateway says that there is no such connection (any more).
 * - `unknown`: anything else, a time-out and a 5xx among it. Never a reason to forget a connection.
 */
export type PushOutcome = 'sent' | 'gone' | 'unknown';

/**
 * The way to a client, whatever gateway holds its connection. Neither call throws; both keep to a time budget.
 *
 *     if ((await push.send(id, '{"type":"pong"}')) === 'gone') await connections.prune(id);
 */
export interface Push {
  /** Sends one text frame. */
  send(connectionId: string, text: string): Promise<PushOutcome>;
  /** Closes the connection. */
  close(connectionId: string): Promise<PushOutcome>;
}

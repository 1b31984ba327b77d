import { Socket } from 'node:net';

/** How often this process has handed something to a socket: to its database, and to everybody else. */
export interface SocketWrites {
  database: number;
  others: number;
}

/** Counts the writes of all sockets of this process from now on. Gives what tells the count. */
export function countSocketWrites(databaseUrl: string): () => SocketWrites {
  const port = Number(new URL(databaseUrl).port || 5432);
  const writes: SocketWrites = { database: 0, others: 0 };
  // What a stream writes goes through one of these two, several pieces at once through the second.
  for (const name of ['_write', '_writev'] as const) {
    const write = Socket.prototype[name] as (this: Socket, ...given: unknown[]) => void;
    Object.assign(Socket.prototype, {
      [name](this: Socket, ...given: unknown[]) {
        writes[this.remotePort === port ? 'database' : 'others'] += 1;
        write.apply(this, given);
      },
    });
  }
  return () => ({ ...writes });
}

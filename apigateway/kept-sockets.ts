import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { record } from './record.ts';

/** Agents that keep connections for the next call. */
export interface KeptSockets {
  httpAgent: http.Agent;
  httpsAgent: https.Agent;
  /**
   * Makes a call with one of the agents, and makes it again for as long as it finds that the other side had closed the
   * kept connection it was given: nobody has read it then. A new connection that breaks is another matter.
   */
  deliver<Answer>(call: () => Promise<Answer>): Promise<Answer>;
}

/** Makes them, with so many sockets to one host at the most; more calls wait for a free one. */
export function keptSockets(maxSockets: number): KeptSockets {
  const ofKeptSockets = new WeakSet<object>();
  const options = { keepAlive: true, maxSockets };
  const agents = { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
  for (const agent of Object.values(agents)) {
    const { reuseSocket } = agent;
    agent.reuseSocket = (socket: Duplex, request: http.ClientRequest) => {
      request.once('error', error => ofKeptSockets.add(error));
      reuseSocket.call(agent, socket, request);
    };
  }

  function isStale(error: unknown): boolean {
    if (typeof error !== 'object' || error === null) return false;
    const { code, cause } = record(error);
    return (ofKeptSockets.has(error) && (code === 'ECONNRESET' || code === 'EPIPE')) || isStale(cause);
  }

  return {
    ...agents,
    async deliver(call) {
      for (;;) {
        try {
          return await call();
        } catch (error) {
          if (!isStale(error)) throw error;
        }
      }
    },
  };
}

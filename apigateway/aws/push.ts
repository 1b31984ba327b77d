import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { keptSockets } from '../kept-sockets.ts';
import type { Push, PushOutcome } from '../push.ts';
import { isGone } from './gone.ts';

/** Where and how to push. */
export interface ManagementOptions {
  /** `https://<api id>.execute-api.<region>.amazonaws.com/<stage>`, without `/@connections`. */
  endpoint: string;
  /** Of one call in all: connecting, sending, answer. */
  timeoutMs: number;
}

/**
 * Bytes (UTF-8) of the largest message that API Gateway takes. What is longer than 32 KiB it sends in several frames
 * by itself.
 */
export const MAX_MESSAGE_BYTES = 128 * 1024;

/** Calls in flight at once; more wait for a free socket. */
const MAX_SOCKETS = 64;

/**
 * Pushes through `@connections` of an API Gateway WebSocket API. *Gone* is what `isGone` says; everything else but
 * success is *unknown*, throttling (429) among it. Nothing is tried again, what tries again is re-delivery; except what
 * nobody has read, because the other side had closed a kept connection.
 * Credentials and region are those of the environment.
 */
export function managementPush({ endpoint, timeoutMs }: ManagementOptions): Push {
  const { deliver, ...agents } = keptSockets(MAX_SOCKETS);
  const client = new ApiGatewayManagementApiClient({ endpoint, maxAttempts: 1, requestHandler: agents });
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (...given) => deliver(() => handle(...given));

  async function outcomeOf(call: (abortSignal: AbortSignal) => Promise<unknown>): Promise<PushOutcome> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    try {
      await call(deadline.signal);
      return 'sent';
    } catch (error) {
      return isGone(error) ? 'gone' : 'unknown';
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async send(connectionId, text) {
      const data = Buffer.from(text);
      if (data.length > MAX_MESSAGE_BYTES) return 'unknown';
      const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: data });
      return outcomeOf(abortSignal => client.send(command, { abortSignal }));
    },
    close(connectionId) {
      const command = new DeleteConnectionCommand({ ConnectionId: connectionId });
      return outcomeOf(abortSignal => client.send(command, { abortSignal }));
    },
  };
}

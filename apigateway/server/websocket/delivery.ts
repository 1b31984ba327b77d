import type { Log } from '../../log.ts';
import type { SendBack } from '../../tencent/send-back.ts';
import type { WaitingBudget } from '../waiting-budget.ts';
import { closeClient, sendFrame } from './connection.ts';
import type { Connections } from './connections.ts';

/** What became of a push at the gateway; the names are those of `sendBackErrNo`. */
export type Delivery = 'ok' | 'connectionNotFound' | 'notOpenYet' | 'tooLarge' | 'tooSlow' | 'notReached';

/** Hands what functions push to the clients. */
export type Deliver = (apiId: string, push: SendBack) => Delivery;

/** What limits a push. */
export interface DeliveryLimits {
  maxFrameBytes: number;
  /** Bytes that may wait for a client that does not read. */
  maxBufferedBytes: number;
  budget: WaitingBudget;
  log: Log;
}

/** What may wait for a client whose frames are paced: some ten thousand open orders. It goes at the client's own speed. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** A connection is found only by the API it was opened on. Its client is closed when it does not read. */
export function createDelivery(connections: Connections, limits: DeliveryLimits): Deliver {
  const { maxFrameBytes, maxBufferedBytes, budget, log } = limits;
  return (apiId, push) => {
    const connection = connections.find(push.connectionId);
    if (connection === 'connecting') return 'notOpenYet';
    if (connection === undefined || connection.isClosing || connection.api.apiId !== apiId) return 'connectionNotFound';
    const { socket } = connection;
    if (socket.readyState !== socket.OPEN) return 'connectionNotFound';
    if (push.action === 'closing') {
      const close = () => closeClient(connection, 1000, '');
      if (connection.outbox === undefined) close();
      else connection.outbox.finish(close);
      return 'ok';
    }
    if (isLarger(push.data, maxFrameBytes)) return 'tooLarge';
    const { outbox } = connection;
    if (outbox !== undefined && outbox.waitingBytes > MAX_WAITING_BYTES) {
      log('warn', 'client is sent more than it may get', { connectionId: connection.id });
      socket.terminate();
      return 'tooSlow';
    }
    if (socket.bufferedAmount > maxBufferedBytes) {
      // Not gone yet as far as its client knows: whoever pushed finds it gone the next time.
      log('warn', 'client does not read', { connectionId: connection.id });
      socket.terminate();
      return 'tooSlow';
    }
    connection.activeAt = performance.now();
    connection.sentAt = connection.activeAt;
    sendFrame(connection, push.data);
    budget.add(push.data.length);
    return 'ok';
  };
}

/** A character has three bytes at most, so a short text need not be measured. */
function isLarger(data: string | Buffer, maxBytes: number): boolean {
  return data.length * 3 > maxBytes && Buffer.byteLength(data) > maxBytes;
}

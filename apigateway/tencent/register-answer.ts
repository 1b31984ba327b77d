import { offeredProtocols } from '../headers.ts';
import { record, wordsOf } from '../record.ts';

/** What register returns. `errNo` 0 lets the client in. */
export interface RegisterAnswer {
  errNo: number;
  errMsg: string;
  websocket: { action: 'connecting'; secConnectionID: string; secWebSocketProtocol?: string };
}

/** Our `errNo` of a refused handshake; the document asks only that it is not 0. */
export const REGISTER_REFUSED = 1;

/**
 * Makes register's answer to its event. Of the subprotocols the client offered the first is taken: browsers give up
 * a connection whose offer was left unanswered.
 */
export function registerAnswer(event: unknown, errNo: number, errMsg: string): RegisterAnswer {
  const { secConnectionID, secWebSocketProtocol } = record(record(event).websocket);
  const [protocol] = typeof secWebSocketProtocol === 'string' ? offeredProtocols(secWebSocketProtocol) : [];
  return {
    errNo,
    errMsg,
    websocket: {
      action: 'connecting',
      secConnectionID: typeof secConnectionID === 'string' ? secConnectionID : '',
      ...(protocol === undefined ? {} : { secWebSocketProtocol: protocol }),
    },
  };
}

/** What a gateway makes of register's answer. */
export type Verdict =
  | { accepted: true; protocol: string | undefined }
  | { accepted: false; reason: 'refused' | 'invalid'; message: string };

/**
 * Checks register's answer for the connection it was asked about. The document marks `errNo` and `errMsg` as required and
 * nothing else; published functions answer the JSON as a string, and every subprotocol they were offered. `offered` is the
 * client's header as it came.
 */
export function verdictOf(answer: unknown, connectionId: string, offered: string | undefined): Verdict {
  const { errNo, errMsg, websocket } = record(typeof answer === 'string' ? parseOrNothing(answer) : answer);
  if (typeof errNo !== 'number') return invalid('register answered without an errNo that is a number');
  if (errNo !== 0) {
    return { accepted: false, reason: 'refused', message: typeof errMsg === 'string' ? errMsg : `errNo ${errNo}` };
  }
  // What a function leaves out is null or empty in some languages.
  const { action, secConnectionID, secWebSocketProtocol } = record(websocket);
  if ((action || 'connecting') !== 'connecting') return invalid('register answered with another action');
  if ((secConnectionID || connectionId) !== connectionId) return invalid('register answered for another connection');
  const named = Array.isArray(secWebSocketProtocol) ? secWebSocketProtocol : [secWebSocketProtocol ?? ''];
  const chosen = named.map(wordsOf).flatMap(offeredProtocols);
  const protocol = chosen.find(each => offeredProtocols(offered ?? '').includes(each));
  if (chosen.length > 0 && protocol === undefined) return invalid('register chose a subprotocol that was not offered');
  return { accepted: true, protocol };
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(message: string): Verdict {
  return { accepted: false, reason: 'invalid', message };
}

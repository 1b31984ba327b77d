import { once, setMaxListeners } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A call of the send-back URL, as far as a rule may want to know it. */
export interface PushCall {
  action: 'data send' | 'closing';
  connectionId: string;
  /** The frame; empty for a closing. */
  data: string;
}

/**
 * What becomes of a call.
 *
 * - `pass`, `drop` (answered as sent, yet lost), `triple`, `hang` (no answer at all), `redirect`, `garbage`
 * - `late`: answered as sent and passed on after that many milliseconds
 * - `status`: this answer, and nothing passed on
 */
export type Treatment =
  | 'pass'
  | 'drop'
  | 'triple'
  | 'hang'
  | 'redirect'
  | 'garbage'
  | { late: number }
  | { status: number; body?: string };

/** Says what becomes of each call. */
export type PushRule = (call: PushCall) => Treatment;

/** A call that a trap has caught. */
export interface TrappedPush {
  call: PushCall;
  release(): void;
}

/** Stands between functions and the gateway's send-back URL. */
export interface SendBackProxy {
  /** What functions are given as SEND_BACK_URL. */
  url: string;
  rule(rule: PushRule): void;
  /** Catches the next call that matches: `arrived` before it is passed on, `forwarded` once the gateway has answered. */
  trap(at: 'arrived' | 'forwarded', where: (call: PushCall) => boolean): Promise<TrappedPush>;
  /** Passes everything; traps and what they hold are let go. */
  heal(): void;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: string;
}

interface Trap {
  at: 'arrived' | 'forwarded';
  where: (call: PushCall) => boolean;
  spring: (trapped: TrappedPush) => void;
}

const taken: Answer = { status: 200, body: '{"errNo":0,"errMsg":"ok"}' };
const away: Answer = { status: 502, body: '' };

/** Starts a proxy on a free port of its own, to the send-back port of a gateway. */
export async function startSendBackProxy(gatewayPort: number, apiId: string): Promise<SendBackProxy> {
  const agent = new http.Agent({ keepAlive: true });
  const path = `/send-back/${apiId}`;
  const ending = new AbortController();
  // Every push that is late listens, and there are hundreds.
  setMaxListeners(0, ending.signal);
  let rule: PushRule = () => 'pass';
  let traps: Trap[] = [];
  const held = new Set<() => void>();

  const server = http.createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const answer = await treat(request, () => response.destroyed).catch(() => away);
    if (answer === undefined || response.destroyed) return;
    if (answer.status === 302) response.setHeader('location', 'http://127.0.0.1:9/');
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });

  /** `undefined`: no answer. A caller who is gone before a call is let go has never made it. */
  async function treat(request: http.IncomingMessage, isGone: () => boolean): Promise<Answer | undefined> {
    const body = await readAll(request);
    const call = callOf(body);
    await stop('arrived', call);
    if (isGone()) return undefined;
    const answer = await apply(rule(call), body);
    await stop('forwarded', call);
    return answer;
  }

  async function apply(treatment: Treatment, body: string): Promise<Answer | undefined> {
    if (typeof treatment === 'object') {
      if ('status' in treatment) return { status: treatment.status, body: treatment.body ?? '' };
      void sleep(treatment.late, undefined, { signal: ending.signal }).then(
        () => forward(body),
        () => {},
      );
      return taken;
    }
    switch (treatment) {
      case 'pass':
        return forward(body);
      case 'triple':
        return (await Promise.all([forward(body), forward(body), forward(body)]))[0];
      case 'drop':
        return taken;
      case 'redirect':
        return { status: 302, body: '' };
      case 'garbage':
        return { status: 200, body: '\u0000<html>{{{' };
      case 'hang':
        return undefined;
    }
  }

  function forward(body: string): Promise<Answer> {
    return new Promise(resolve => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const request = http.request({ port: gatewayPort, host: '127.0.0.1', method: 'POST', path, agent, headers });
      request.on('response', async response =>
        resolve({ status: response.statusCode ?? 502, body: await readAll(response).catch(() => '') }),
      );
      request.on('error', () => resolve(away));
      request.end(body);
    });
  }

  async function stop(at: Trap['at'], call: PushCall): Promise<void> {
    const trap = traps.find(each => each.at === at && each.where(call));
    if (trap === undefined) return;
    traps = traps.filter(other => other !== trap);
    await new Promise<void>(resolve => {
      const release = () => {
        held.delete(release);
        resolve();
      };
      held.add(release);
      trap.spring({ call, release });
    });
  }

  function heal(): void {
    rule = () => 'pass';
    traps = [];
    for (const release of [...held]) release();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    rule(next) {
      rule = next;
    },
    trap: (at, where) => new Promise(spring => traps.push({ at, where, spring })),
    heal,
    async close() {
      heal();
      ending.abort();
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

function callOf(body: string): PushCall {
  const { websocket } = JSON.parse(body) as {
    websocket: { action: PushCall['action']; secConnectionID: string; data?: string };
  };
  return { action: websocket.action, connectionId: websocket.secConnectionID, data: websocket.data ?? '' };
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

import type { WebSocketSettings } from '../options.ts';
import type { Targets } from '../targets/targets.ts';
import type { Dialect } from './dialect.ts';
import { createHandshake, type Handshake } from './handshake.ts';
import { tencentDialect } from './tencent-dialect.ts';
import { createTurns, type Turns } from './turns.ts';

/** A WebSocket path with its functions and its limits. */
export interface Api {
  readonly apiId: string;
  readonly path: string;
  readonly dialect: Dialect;
  /** Milliseconds; 0 is never. */
  readonly idleMs: number;
  readonly firstFrameMs: number;
  readonly rate: RateLimit | undefined;
  readonly turns: Turns | undefined;
  /** Open connections of this API at most; 0 is no limit. */
  readonly maxConnections: number;
  readonly alive: AliveFrame | undefined;
  readonly handshake: Handshake;
}

/** A token bucket: `burst` tokens at most, `perMs` come back, a frame costs one. */
export interface RateLimit {
  readonly perMs: number;
  readonly burst: number;
  /** Sent before the connection is closed. */
  readonly frame: string;
}

/** What a client is sent when nothing else was sent to it for `everyMs` milliseconds. */
export interface AliveFrame {
  readonly everyMs: number;
  readonly frame: string;
}

/** Makes an API of its settings and loads its functions. */
export async function openApi(settings: WebSocketSettings, targets: Targets): Promise<Api> {
  const { rateLimit, faultFrames, aliveFrame } = settings;
  return {
    apiId: settings.apiId,
    path: settings.path,
    dialect: tencentDialect(await openFunctions(settings, targets)),
    idleMs: settings.idleSeconds * 1000,
    firstFrameMs: settings.firstFrameSeconds * 1000,
    rate: rateLimit && {
      perMs: rateLimit.framesPerSecond / 1000,
      burst: rateLimit.burst,
      frame: JSON.stringify(rateLimit.frame),
    },
    turns: settings.turns && createTurns(settings.turns),
    maxConnections: settings.maxConnections,
    alive: aliveFrame && {
      everyMs: aliveFrame.everySeconds * 1000,
      frame: JSON.stringify(aliveFrame.frame),
    },
    handshake: createHandshake({
      maxFrameBytes: settings.maxFrameBytes,
      faultFrames: new Map([
        [1009, faultFrames.tooLarge && JSON.stringify(faultFrames.tooLarge)],
        [1007, faultFrames.notUtf8 && JSON.stringify(faultFrames.notUtf8)],
      ]),
    }),
  };
}

async function openFunctions({ apiId, path, tellCaller, ...settings }: WebSocketSettings, targets: Targets) {
  return {
    apiId,
    path,
    tellCaller,
    register: await targets.open(settings.register),
    transport: await targets.open(settings.transport),
    cleanup: await targets.open(settings.cleanup),
  };
}

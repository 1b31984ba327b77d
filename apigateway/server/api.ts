import { createHandshake, type Handshake } from './handshake.ts';
import type { WebSocketSettings } from './options.ts';
import type { Target, Targets } from './targets.ts';

/** A WebSocket path with its three functions and its limits. */
export interface Api {
  readonly apiId: string;
  readonly path: string;
  readonly register: Target;
  readonly transport: Target;
  readonly cleanup: Target;
  /** Milliseconds; 0 is never. */
  readonly idleMs: number;
  readonly firstFrameMs: number;
  readonly rate: RateLimit | undefined;
  readonly handshake: Handshake;
}

/** A token bucket: `burst` tokens at most, `perMs` come back, a frame costs one. */
export interface RateLimit {
  readonly perMs: number;
  readonly burst: number;
  /** Sent before the connection is closed. */
  readonly frame: string;
}

/** Makes an API of its settings and loads its functions. */
export async function openApi(settings: WebSocketSettings, targets: Targets): Promise<Api> {
  const { rateLimit, faultFrames } = settings;
  return {
    apiId: settings.apiId,
    path: settings.path,
    register: await targets.open(settings.register),
    transport: await targets.open(settings.transport),
    cleanup: await targets.open(settings.cleanup),
    idleMs: settings.idleSeconds * 1000,
    firstFrameMs: settings.firstFrameSeconds * 1000,
    rate: rateLimit && {
      perMs: rateLimit.framesPerSecond / 1000,
      burst: rateLimit.burst,
      frame: JSON.stringify(rateLimit.frame),
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

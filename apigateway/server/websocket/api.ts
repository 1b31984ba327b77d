import type { AccessKey } from '../../aws/signature-check.ts';
import type { Log } from '../../log.ts';
import type { WebSocketSettings } from '../options.ts';
import type { Targets } from '../targets/targets.ts';
import type { WaitingBudget } from '../waiting-budget.ts';
import { openAwsFunctions } from './aws-api.ts';
import { awsDialect } from './aws-dialect.ts';
import type { Closing, Dialect } from './dialect.ts';
import { createHandshake, type Handshake } from './handshake.ts';
import { tencentDialect } from './tencent-dialect.ts';
import { createTokenCheck, type TokenCheck } from './token-check.ts';
import { createTurns, type Turns } from './turns.ts';

/** A WebSocket path with its functions and its limits. */
export interface Api {
  readonly apiId: string;
  readonly path: string;
  readonly dialect: Dialect;
  /** Of an API whose clients have to bring a token. */
  readonly checkToken: TokenCheck | undefined;
  /** Whether clients may send binary messages; who does is closed with 1003 otherwise. */
  readonly takesBinary: boolean;
  /** Of an API whose clients are pushed to through `@connections`. */
  readonly management: ManagementRule | undefined;
  /** Milliseconds; 0 is never. */
  readonly idleMs: number;
  readonly firstFrameMs: number;
  readonly lifeMs: number;
  /** How a connection is closed that was idle, or has lasted as long as it may. */
  readonly farewells: Readonly<Record<'idle' | 'life', Closing>>;
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

/** Who may push through `@connections`. */
export interface ManagementRule {
  readonly stage: string;
  /** Without any, signatures are not checked. */
  readonly keys: readonly AccessKey[];
  readonly maxMessageBytes: number;
}

/** Of the APIs that are pushed to through `@connections`, by API id. */
export function managementRules(apis: readonly Api[]): ReadonlyMap<string, ManagementRule> {
  return new Map(apis.flatMap(({ apiId, management }) => (management === undefined ? [] : [[apiId, management]])));
}

/** What all APIs of a gateway have in common. */
export interface ApiParts {
  targets: Targets;
  budget: WaitingBudget;
  log: Log;
}

/** Makes an API of its settings and loads its functions. */
export async function openApi(settings: WebSocketSettings, { targets, budget, log }: ApiParts): Promise<Api> {
  const { rateLimit, faultFrames, aliveFrame } = settings;
  return {
    apiId: settings.apiId,
    path: settings.path,
    ...(settings.dialect === 'aws' ? await openOnAws(settings, targets, log) : await openOnTencent(settings, targets)),
    idleMs: settings.idleSeconds * 1000,
    firstFrameMs: settings.firstFrameSeconds * 1000,
    rate: rateLimit && {
      perMs: rateLimit.framesPerSecond / 1000,
      burst: rateLimit.burst,
      frame: JSON.stringify(rateLimit.frame),
    },
    checkToken: settings.jwt && (await createTokenCheck(settings.jwt)),
    turns: settings.turns && createTurns(settings.turns),
    maxConnections: settings.maxConnections,
    alive: aliveFrame && {
      everyMs: aliveFrame.everySeconds * 1000,
      frame: JSON.stringify(aliveFrame.frame),
    },
    handshake: createHandshake({
      ...(settings.dialect === 'aws' ? settings : { maxMessageBytes: settings.maxFrameBytes }),
      compression: settings.compression,
      onHeld: budget.add,
      faultFrames: new Map([
        [1009, faultFrames.tooLarge && JSON.stringify(faultFrames.tooLarge)],
        [1007, faultFrames.notUtf8 && JSON.stringify(faultFrames.notUtf8)],
      ]),
    }),
  };
}

type Spoken = Pick<Api, 'dialect' | 'takesBinary' | 'management' | 'lifeMs' | 'farewells'>;

async function openOnTencent(settings: WebSocketSettings & { dialect: 'tencent' }, targets: Targets): Promise<Spoken> {
  const { apiId, path, tellCaller } = settings;
  const functions = {
    register: settings.register === undefined ? undefined : await targets.open(settings.register),
    transport: await targets.open(settings.transport),
    cleanup: settings.cleanup === undefined ? undefined : await targets.open(settings.cleanup),
    registerGets: new Set(settings.registerGets),
  };
  return {
    dialect: tencentDialect({ apiId, path, tellCaller, ...functions }),
    takesBinary: true,
    management: undefined,
    lifeMs: 0,
    farewells: { idle: { code: 1000, reason: 'idle' }, life: comeAgain },
  };
}

/** Before the platform ends it in a way that nobody could tell from a fault. */
const comeAgain: Closing = { code: 1000, reason: 'come again' };

/** As API Gateway closes either; what it tells the function of `$disconnect` is the same. */
const goingAway: Closing = { code: 1001, reason: 'Going away' };

async function openOnAws(
  settings: WebSocketSettings & { dialect: 'aws' },
  targets: Targets,
  log: Log,
): Promise<Spoken> {
  const { connectionSeconds, maxMessageBytes, accessKeys } = settings;
  const functions = await openAwsFunctions(settings, targets, log);
  return {
    dialect: awsDialect(functions),
    // The document: binary frames are not supported, and close the connection with 1003.
    takesBinary: false,
    management: { stage: functions.stage, keys: accessKeys, maxMessageBytes },
    lifeMs: connectionSeconds * 1000,
    farewells: { idle: goingAway, life: goingAway },
  };
}

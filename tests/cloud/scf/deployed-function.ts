/** A trigger of a function. */
export interface StoredTrigger {
  name: string;
  type: 'timer' | 'http';
  /** For `timer` the cron expression, for `http` the JSON that was sent. */
  desc: string;
  isEnabled: boolean;
  qualifier: string;
  customArgument: string;
  description: string;
  createdAt: Date;
  modifiedAt: Date;
}

/** States a function can be in (583/115197). */
export type FunctionStatus = 'Creating' | 'CreateFailed' | 'Active' | 'Updating' | 'UpdateFailed' | 'Deleting';

/** Why a function could not be made or changed, as GetFunction says it. */
export interface StatusReason {
  ErrorCode: string;
  ErrorMessage: string;
}

/** What can be set of a function, with the defaults filled in. */
export interface FunctionSettings {
  description: string;
  handler: string;
  runtime: string;
  type: 'Event' | 'HTTP';
  memoryMb: number;
  timeoutSeconds: number;
  initTimeoutSeconds: number;
  environment: Record<string, string>;
  vpc: { vpcId: string; subnetId: string };
  /** Of CLS; empty where it logs nowhere. */
  logTopic: { logsetId: string; topicId: string };
  role: string;
  publicNetwork: boolean;
  layers: { LayerName: string; LayerVersion: number }[];
  /** MB of all instances together; `undefined`: no limit of its own. */
  reservedMb: number | undefined;
  tags: { Key: string; Value: string }[];
  /** `WS`, or empty: it cannot be changed. */
  protocol: string;
  idleSeconds: number;
  /** Connections and requests of one instance at a time. */
  concurrency: number;
  /** As it was set, to be read back. */
  concurrencyConfig: object | undefined;
}

/** A function that was deployed. */
export interface DeployedFunction {
  readonly name: string;
  readonly namespace: string;
  readonly id: string;
  readonly createdAt: Date;
  modifiedAt: Date;
  status: FunctionStatus;
  /** Of `CreateFailed` and `UpdateFailed`. */
  statusReasons: StatusReason[];
  /** Until then changes are refused, whatever the status says. */
  busyUntilMs: number;
  settings: FunctionSettings;
  /** Its code: unpacked, as it came, and the hash of that. */
  code: { folder: string; zip: Buffer; sha256: string };
  readonly triggers: Map<string, StoredTrigger>;
}

/** One call of a function, as the log keeps it. */
export interface Invocation {
  functionName: string;
  namespace: string;
  requestId: string;
  kind: 'event' | 'http' | 'websocket';
  status: number;
  /** JSON of what was returned, or of the error. */
  answer: string;
  message: string;
  log: string;
  startedAt: Date;
  durationMs: number;
  memoryBytes: number;
  /** Of a WebSocket: the code it was closed with, and by whom. */
  closed?: { by: string; code: number };
}

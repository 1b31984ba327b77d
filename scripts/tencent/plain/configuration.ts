// What serverless.yml of a service may say. Types alone: the package ships this file as it is.

/** serverless.yml, or what `serverless.ts` exports. */
export interface TencentService {
  /** Letters, digits and -; names of functions begin with it. */
  service: string;
  frameworkVersion?: string;
  plugins: string[] | { modules: string[]; localPath?: string };
  provider: TencentProvider;
  /** Which files go into the package that all functions share, as in osls. */
  package?: TencentPackage & { excludeDevDependencies?: boolean; path?: string };
  functions: Record<string, TencentFunction>;
  custom?: Record<string, unknown>;
  params?: Record<string, Record<string, unknown>>;
  useDotenv?: true;
}

/** What holds for the whole stage, or for every function that says nothing else. */
export interface TencentProvider {
  name: 'tencent';
  /** `dev` unless it is said, here or with `--stage`. */
  stage?: string;
  /** As `ap-guangzhou`. */
  region: string;
  runtime?: TencentRuntime;
  /** MB: 64, or a multiple of 128 up to 3072; 256 unless it is said. */
  memorySize?: number;
  /** Seconds, 1 to 900; 15 unless it is said. */
  timeout?: number;
  /** The name of a role that functions may take. Behind our gateway it must allow `scf:Invoke`. */
  role?: string;
  /** Variables of all functions. */
  environment?: TencentVariables;
  vpc?: TencentVpc;
  /** Whether functions may go into the internet; `true` unless it is said. */
  publicNetwork?: boolean;
  layers?: TencentLayer[];
  /** Functions log into CLS: into a topic of the stage's own, or into one of yours. */
  logs?: boolean | { topicId: string };
  /** Buckets of COS, by names of your choice. */
  buckets?: Record<string, TencentBucket>;
  /** Of pages elsewhere that may call functions with `http`; `*`, which is the default, are all. */
  corsOrigins?: string[];
  /** Headers that those pages may send, besides `content-type`, as `authorization`. */
  corsHeaders?: string[];
  /** What holds the WebSockets, where a function has a `websocket` event. */
  gateway?: TencentGateway;
}

/** A bucket, which the stage makes, and removes with all that lies in it. */
export interface TencentBucket {
  /** With the account's number at its end, as `my-files-1250000000`. */
  name: string;
  /** What is put there; files that something else puts there stay. Without, nothing is. */
  folder?: string;
  /** Whether everybody may read it; `private` unless it is said. */
  acl?: 'private' | 'public-read';
  /** Whether folders lead to their `index.html`, or to another page. Takes `acl: public-read`. */
  website?: boolean | TencentWebsite;
}

/** Pages of a website in a bucket. */
export interface TencentWebsite {
  /** `index.html` unless it is said. */
  index?: string;
  /** What is shown where there is nothing, as `404.html`. */
  error?: string;
}

/** The gateway in front of `websocket` events. */
export interface TencentGateway {
  /** `webfunction`: our gateway, which goes up with the functions. `apigateway`: API Gateway, where an account still has it. */
  kind?: 'webfunction' | 'apigateway';
  /** Of pages elsewhere that may open a WebSocket, as `https://chat.example`. Programs, which name none, always may. */
  origins?: string[];
  memorySize?: number;
  /** Seconds, 21 to 900: the longest that a connection lives; 900 unless it is said. */
  timeout?: number;
  /** Connections of one instance, 21 to 100; 100 unless it is said. */
  maxConcurrency?: number;
  /** With `REDIS_URL` or `DATABASE_URL` (PostgreSQL) in it there may be any number of instances; without there is one. */
  environment?: TencentVariables;
}

/** One function. */
export interface TencentFunction {
  /** File and function, as `index.main_handler`; `main` for Go. */
  handler: string;
  /** The folder that is its package. Without, osls packs it: the service's folder by `package.patterns`. */
  folder?: string;
  runtime?: TencentRuntime;
  memorySize?: number;
  timeout?: number;
  role?: string;
  environment?: TencentVariables;
  vpc?: TencentVpc;
  layers?: TencentLayer[];
  /** Instances at most. */
  concurrency?: number;
  package?: TencentPackage;
  /** At most one of each kind. */
  events?: (TencentHttpEvent | TencentTimerEvent | TencentWebSocketEvent)[];
}

/** A public address of the function: a function URL, or an API of API Gateway. */
export interface TencentHttpEvent {
  http: { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'ANY'; path: string };
}

/** Seven fields, seconds first, as in `0 30 4 * * * *`. */
export interface TencentTimerEvent {
  timer: string;
}

/** A WebSocket with the three functions behind it, by their keys; `transport` is the function that has the event unless it is said. */
export interface TencentWebSocketEvent {
  websocket: { path: string; register: string; transport?: string; cleanup: string };
}

/** What is packed, as in osls. */
export interface TencentPackage {
  patterns?: string[];
  individually?: boolean;
  artifact?: string;
}

export interface TencentVpc {
  vpcId: string;
  subnetId: string;
}

export interface TencentLayer {
  name: string;
  version: number;
}

/** As SCF names them, as `Nodejs20.19`, `Python3.10`, `Go1`, `Php8.0`. */
export type TencentRuntime = `Nodejs${string}` | `Python3.${string}` | 'Go1' | `Php${string}`;

export type TencentVariables = Record<string, string | number | boolean>;

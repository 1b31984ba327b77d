import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listen, stop } from '../support/listen.ts';
import { promptly } from '../support/promptly.ts';
import { accountProducts } from './account.ts';
import { createApiGateway } from './api-gateway/api-gateway.ts';
import { createApiServer } from './api-server.ts';
import { createCls } from './cls/cls.ts';
import { startCos } from './cos/cos.ts';
import { openBucketDomain } from './cos/domain.ts';
import type { Bucket } from './cos/objects.ts';
import { createFaults, type Faults } from './faults.ts';
import { createPostgres } from './postgres/postgres.ts';
import type { DeployedFunction, Invocation, StatusReason } from './scf/deployed-function.ts';
import { createRuntime } from './scf/runtime.ts';
import { createScf } from './scf/scf.ts';
import { startTimers, timerEvent } from './scf/timers.ts';
import type { WebInstance } from './scf/web-instance.ts';
import { bucketsState, functionsState } from './state.ts';
import { createVpc, type Vpc } from './vpc.ts';

/** How the stand-in behaves; everything has a default. */
export interface CloudOptions {
  secretId?: string;
  secretKey?: string;
  region?: string;
  appId?: string;
  /** Ports of the API and of object storage; by default free ones. */
  port?: number;
  cosPort?: number;
  /** How long functions and databases are being made, changed and deleted. */
  stateDelayMs?: number;
  /** How long after that a function still refuses changes, though it says that it is `Active`. */
  busyMs?: number;
  /**
   * The log service of the account: `forbidden` to the key, whose policies are those that docs/deploying.md lists; never
   * opened; or open to the key.
   */
  cls?: 'forbidden' | 'unopened' | 'open';
  /** Whether descriptions of triggers are left out when they are read. */
  forgetsDescriptions?: boolean;
  /** How a function URL writes the caller's address into `x-scf-remote-addr`: both have been seen. */
  remoteAddress?: 'address' | 'address:port';
  /** What a web function with WebSockets does with requests that ask for none, which is documented nowhere. */
  plainHttp?: 'served' | 'refused';
  /** Functions of a namespace at most. */
  mostFunctions?: number;
  /** Processes of one event function at most. */
  mostProcesses?: number;
  /** Instances over which the connections of a web function are shared out. */
  webInstances?: number;
  /** What happens to a WebSocket beyond the limits of rate and size, which the documents do not say. */
  overLimit?: 'close' | 'record';
  /** Whether timers run by the clock, or only by `runTimer`. */
  timers?: 'clock' | 'on demand';
  /** How long after a failure an asynchronous call is repeated; it is, twice (583/9708). */
  retryDelayMs?: number;
  vpcs?: Vpc[];
}

/** The stand-in for the cloud, running. */
export interface Cloud {
  /** Of the API, all products. */
  readonly url: string;
  readonly cosUrl: string;
  /** What the Serverless plugin takes from the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly region: string;
  readonly appId: string;
  /** Every call so far, and what is to go wrong with the next ones. */
  readonly faults: Faults;
  /** Calls of functions that have ended. */
  readonly invocations: readonly Invocation[];
  readonly buckets: ReadonlyMap<string, Bucket>;
  functionOf(name: string): DeployedFunction;
  /** Lets the next changes of a function be taken and then fail, for this reason. */
  failChanges(name: string, reason: StatusReason, times?: number): void;
  /** The address of a function with a URL. */
  urlOf(name: string): string | undefined;
  /** Processes of a web function. */
  instancesOf(name: string): readonly WebInstance[];
  /** Opens the log service of the account. */
  openLogService(): void;
  /** Calls an event function, as a trigger would. */
  invoke(name: string, event: unknown): Promise<Invocation>;
  /** Runs the timer of a function now. */
  runTimer(name: string): Promise<Invocation>;
  /** A domain of its own for a bucket: `http://127.0.0.1:port`, where its objects are shown, not downloaded. */
  bucketDomain(bucket: string): Promise<string>;
  /** All that was deployed, without ids, ports and times: two equal deployments have equal states. */
  state(): CloudState;
  isEmpty(): boolean;
  close(): Promise<void>;
}

/** What was deployed, of each kind. */
export interface CloudState {
  functions: object[];
  services: object[];
  databases: object[];
  buckets: object[];
  logsets: object[];
}

/** Starts the stand-in on free ports of loopback. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const {
    secretId = 'AKIDstandin0000000000000000000000000',
    secretKey = 'standin-secret-key-of-tests-0000',
    region = 'ap-guangzhou',
  } = options;
  const {
    appId = '1250000000',
    stateDelayMs = 50,
    retryDelayMs = 60_000,
    overLimit = 'close',
    vpcs = [standardVpc],
  } = options;
  const directory = await mkdtemp(path.join(os.tmpdir(), 'websocket-order-cloud-'));
  const faults = createFaults();
  const cos = await startCos({ secretId, secretKey, faults, port: options.cosPort ?? 0 });
  const { webInstances = 1, mostProcesses = 8, remoteAddress = 'address', plainHttp = 'served' } = options;
  const roleKey = { secretId: 'AKIDrole', secretKey: 'key-of-the-role', token: 'token-of-the-role' };
  const runtime = createRuntime({
    region,
    appId,
    roleKey,
    webInstances,
    mostProcesses,
    overLimit,
    remoteAddress,
    plainHttp,
  });
  const life = new AbortController();

  /** Asynchronous: repeated when it fails. */
  async function runLater(deployed: DeployedFunction, event: unknown): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { status } = await runtime.invoke(deployed, event);
      if (status === 200 || life.signal.aborted) return;
      await delay(retryDelayMs, undefined, { signal: life.signal, ref: false }).catch(() => {});
    }
  }

  const hasSubnet = (vpcId: string, subnetId: string) =>
    vpcs.some(({ id, subnets }) => id === vpcId && subnets.some(each => each.id === subnetId));
  let logService = options.cls ?? 'forbidden';
  const cls = createCls({
    get cls() {
      return logService;
    },
    invocationsOf: topicId =>
      runtime.invocations.filter(
        ({ functionName }) => scf.functions.get(`default/${functionName}`)?.settings.logTopic.topicId === topicId,
      ),
  });
  const scf = createScf({
    runtime,
    directory,
    stateDelayMs,
    busyMs: options.busyMs ?? 0,
    get cls() {
      return logService;
    },
    hasTopic: cls.hasTopic,
    forgetsDescriptions: options.forgetsDescriptions ?? false,
    mostFunctions: options.mostFunctions ?? 50,
    object: (bucket, key) => {
      const found = cos.buckets.get(bucket) ?? cos.buckets.get(`${bucket}-${appId}`);
      return found?.objects.get(key)?.body;
    },
    hasSubnet,
    runLater: (deployed, event) => void runLater(deployed, event),
  });
  const gateway = await createApiGateway({
    hasFunction: name => scf.functions.has(`default/${name}`),
    async callFunction(name, event, requestId) {
      const { status, answer, message } = await runtime.invoke(scf.functionOf(name), event, requestId);
      if (status !== 200) throw new Error(message);
      return JSON.parse(answer);
    },
  });
  const postgres = createPostgres({ region, stateDelayMs, hasSubnet });
  const products = [
    scf.product,
    gateway.product,
    postgres.product,
    cls.product,
    createVpc(vpcs),
    ...accountProducts({ appId }),
  ];
  const server = createApiServer({ products, credentials: { secretId, secretKey }, roleKey, region, faults });
  const url = `http://127.0.0.1:${await listen(server, options.port)}`;
  const timers = startTimers(
    () => (options.timers === 'on demand' ? [] : scf.functions.values()),
    (deployed, trigger, at) => void runLater(deployed, timerEvent(trigger, at)),
  );
  const domains: { url: string; close(): Promise<void> }[] = [];

  return {
    url,
    cosUrl: cos.url,
    env: {
      TENCENT_SECRET_ID: secretId,
      TENCENT_SECRET_KEY: secretKey,
      TENCENT_REGION: region,
      TENCENT_API_ENDPOINT: url,
      TENCENT_COS_ENDPOINT: cos.url,
    },
    region,
    appId,
    faults,
    invocations: runtime.invocations,
    buckets: cos.buckets,
    functionOf: name => scf.functionOf(name),
    failChanges: (name, reason, times = 1) => scf.failChanges(name, reason, times),
    urlOf: name => runtime.urlOf(scf.functionOf(name)),
    instancesOf: name => runtime.instancesOf(scf.functionOf(name)),
    openLogService() {
      logService = 'open';
    },
    invoke: (name, event) => runtime.invoke(scf.functionOf(name), event),
    async runTimer(name) {
      const deployed = scf.functionOf(name);
      const trigger = [...deployed.triggers.values()].find(({ type }) => type === 'timer');
      if (trigger === undefined) throw new Error(`${name} has no timer`);
      return runtime.invoke(deployed, timerEvent(trigger, new Date()));
    },
    async bucketDomain(bucket) {
      const domain = await openBucketDomain(() => cos.buckets.get(bucket));
      domains.push(domain);
      return domain.url;
    },
    state: () => ({
      functions: functionsState(scf.functions.values()),
      services: gateway.state(),
      databases: postgres.state(),
      buckets: bucketsState(cos.buckets),
      logsets: cls.state(),
    }),
    isEmpty: () =>
      scf.functions.size === 0 && cls.isEmpty() && gateway.isEmpty() && postgres.isEmpty() && cos.buckets.size === 0,
    async close() {
      life.abort();
      timers.stop();
      await Promise.all([
        promptly('the API has no connection any more', stop(server)),
        promptly('API Gateway is closed', gateway.close()),
      ]);
      await Promise.all([
        promptly('the functions have ended', runtime.close()),
        promptly('the databases have ended', postgres.close()),
        promptly('object storage is closed', cos.close()),
        ...domains.map(each => promptly('a domain is closed', each.close())),
      ]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What is there when a test does not say otherwise. */
const standardVpc: Vpc = {
  id: 'vpc-standin0',
  name: 'Default-VPC',
  subnets: [{ id: 'subnet-standin0', name: 'Default-Subnet', zone: 'ap-guangzhou-3' }],
};

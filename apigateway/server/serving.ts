import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../log.ts';
import { randomId } from '../random-id.ts';
import type { SecurityEvents } from '../security-events.ts';
import type { AddressRate } from './address-rate.ts';
import type { Admission } from './http/admission.ts';
import { createCors } from './http/cors.ts';
import { createHostRule } from './http/hosts.ts';
import { createHttp } from './http/http.ts';
import { loadPages, type Page } from './http/pages.ts';
import type { RequestPace } from './http/request-pace.ts';
import { createRouteTable } from './http/route-table.ts';
import { createRoutes } from './http/routes.ts';
import { isLoopback, namesOf, type Settings } from './options.ts';
import { urlToPaste } from './send-back/call.ts';
import { createManagement } from './send-back/management.ts';
import { createSendBackUrl, type SendBackUrl } from './send-back/send-back.ts';
import type { Targets } from './targets/targets.ts';
import type { TimerSettings } from './timers.ts';
import type { WaitingBudget } from './waiting-budget.ts';
import { type Api, managementRules, openApi } from './websocket/api.ts';
import type { Connections } from './websocket/connections.ts';
import type { Forward } from './websocket/forward.ts';
import { createUpgrade } from './websocket/upgrade.ts';

/** What lives as long as the gateway, whatever its configuration becomes. */
export interface Lasting {
  targets: Targets;
  securityEvents: SecurityEvents;
  budget: WaitingBudget;
  connections: Connections;
  forward: Forward;
  admission: Admission;
  pace: RequestPace;
  handshakes: AddressRate;
  isStopping(): boolean;
  log: Log;
}

/** What is served, and how, as one configuration says it: another takes its place as a whole. */
export interface Serving {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** On the port of functions. */
  sendBack(request: IncomingMessage, response: ServerResponse): void;
  /** Where an API is pushed to, on that port; without the slash before it. */
  pushPath(apiId: string): string;
  sendBackUrlToPaste(apiId: string, ports: { port: number; sendBackPort: number }): string;
  timers: readonly TimerSettings[];
  /** By path. */
  apis: ReadonlyMap<string, Api>;
  /** The ids of APIs by all their names in a send-back URL. */
  names: ReadonlyMap<string, string>;
  /** Reads the pages again. */
  readPages(): Promise<void>;
}

/**
 * Opens all functions that the settings name. An API that `before` has under its `apiId` stays the same object, so that its
 * open connections have its functions and limits as they are now.
 * @throws Error when a function or a page is missing
 */
export async function createServing(settings: Settings, lasting: Lasting, before?: Serving): Promise<Serving> {
  const { securityEvents, budget, admission, pace, connections, forward, log } = lasting;
  const { trustedProxies, addressHeader } = settings;
  const { apis, routes, timers, readPages } = await openAll(settings, lasting);
  let pages = await readPages();
  for (const api of apis.values()) refuseOtherDialect(api, before);
  for (const [path, api] of apis) apis.set(path, keptApi(api, before));
  const places = placesOf(apis, settings.stages);
  const isServed = createHostRule(settings.hosts);
  const isHealthy = settings.health ?? (async () => true);
  const request = createHttp({
    isServed,
    admission,
    pace,
    securityEvents,
    trustedProxies,
    addressHeader,
    routes,
    socketPaths: places,
    answerRoute: createRoutes({ ...settings, budget, securityEvents, log }),
    cors: createCors(settings.corsOrigins ?? settings.origins, settings.corsExposedHeaders),
    corsHeaders: settings.corsHeaders,
    pages: () => pages,
    home: settings.pages?.home,
    isHealthy,
    askReadiness: settings.readiness ?? (async () => ({ ready: await isHealthy(), functions: 'loaded' })),
    log,
  });
  const upgrade = createUpgrade({
    apis: places,
    connections,
    handshakes: lasting.handshakes,
    isServed,
    securityEvents,
    originPolicy: { origins: settings.origins, allowsLocal: isLoopback(settings.host) },
    trustedProxies,
    addressHeader,
    connectionId: settings.connectionId ?? (() => randomId(18)),
    isStopping: lasting.isStopping,
    log,
  });
  // Connections of an API that is no longer served can still be pushed to.
  const names = new Map([...(before?.names ?? []), ...sendBackNames(settings)]);
  const sendBack = createSendBackUrl({
    apiIds: names,
    forward,
    secrets: listOf(settings.sendBackSecret, settings.sendBackSecretBefore),
    secretPlaces: new Set(settings.sendBackSecretIn),
    securityEvents,
    maxBodyBytes: settings.maxSendBackBytes,
    gone: settings.sendBackGone,
  });

  const stages = managementRules([...apis.values()]);
  const management = createManagement({
    rules: stages,
    find: connections.find,
    forward,
    hasOthers: settings.elsewhere !== undefined,
    securityEvents,
  });
  const pushPath = (apiId: string) => stages.get(apiId)?.stage ?? `send-back/${apiId}`;

  return {
    request: settings.sendBackOnPublicPort ? withSendBack(sendBack, request) : request,
    upgrade,
    sendBack(call, response) {
      if (!management(call, response)) sendBack.answer(call, response);
    },
    pushPath,
    sendBackUrlToPaste(apiId, { port, sendBackPort }) {
      const { sendBackOnPublicPort: isShared } = settings;
      const own = isShared ? baseOf(settings.host, port) : baseOf(settings.sendBackHost, sendBackPort);
      if (stages.has(apiId)) return `${baseOf(settings.sendBackHost, sendBackPort)}/${pushPath(apiId)}`;
      const places = new Set(isShared ? (['path'] as const) : settings.sendBackSecretIn);
      return urlToPaste(settings.sendBackBase ?? own, apiId, settings.sendBackSecret, places);
    },
    timers,
    apis,
    names,
    async readPages() {
      pages = await readPages();
    },
  };
}

async function openAll(settings: Settings, lasting: Lasting) {
  const { targets } = lasting;
  const apis = new Map<string, Api>();
  for (const each of settings.websockets) apis.set(each.path, await openApi(each, lasting));
  const opened = settings.routes.map(async ({ path, methods, target, integrated }) => ({
    path,
    methods,
    target: await targets.open(target),
    integrated,
  }));
  const routes = createRouteTable(await Promise.all(opened), settings.stages);
  const timers = await Promise.all(
    settings.timers.map(async ({ target, everySeconds, event }) => ({
      target: await targets.open(target),
      everyMs: everySeconds * 1000,
      event,
    })),
  );
  const { pages, imageHosts } = settings;
  const readPages = async (): Promise<ReadonlyMap<string, Page>> =>
    pages ? loadPages(pages.directory, pages.home, imageHosts) : new Map();
  return { apis, routes, timers, readPages };
}

/** The APIs by every path that leads to them: with a stage before it, and a slash behind it. Their own paths come first. */
function placesOf(apis: ReadonlyMap<string, Api>, stages: readonly string[]): ReadonlyMap<string, Api> {
  const prefixes = ['', ...stages.map(stage => `/${stage}`)];
  const others = [...apis].flatMap(([path, api]) =>
    prefixes.flatMap(prefix => [path, `${path}/`].map((each): [string, Api] => [prefix + each, api])),
  );
  return new Map([...others, ...apis]);
}

function keptApi(api: Api, before: Serving | undefined): Api {
  const kept = sameApi(api, before);
  return kept === undefined ? api : Object.assign(kept, api);
}

/** What an open connection has been told, and what is known of it, is of the dialect in which it was opened. */
function refuseOtherDialect({ apiId, management }: Api, before: Serving | undefined): void {
  const open = sameApi({ apiId }, before);
  if (open === undefined || (open.management === undefined) === (management === undefined)) return;
  throw new Error(`websockets: ${apiId} cannot change its dialect while it runs: give it another apiId, or restart`);
}

function sameApi({ apiId }: Pick<Api, 'apiId'>, before: Serving | undefined): Api | undefined {
  return [...(before?.apis.values() ?? [])].find(each => each.apiId === apiId);
}

/** The APIs that are pushed to by a send-back URL, by all the names that they have in it. */
function sendBackNames({ websockets }: Settings): ReadonlyMap<string, string> {
  const pushed = websockets.filter(({ dialect }) => dialect === 'tencent');
  return new Map(pushed.flatMap(api => namesOf(api).map(name => [name, api.apiId])));
}

/** Whoever knows the secret is none of the clients whose requests are limited. */
function withSendBack(sendBack: SendBackUrl, request: Serving['request']): Serving['request'] {
  return (incoming, response) => (sendBack.isSecretPath(incoming) ? sendBack.answer : request)(incoming, response);
}

/** The secrets that are set, the present one first. */
export function listOf(...secrets: (string | undefined)[]): string[] {
  return secrets.filter(secret => secret !== undefined);
}

function baseOf(host: string, port: number): string {
  return `http://${hostInUrl(host)}${port === 80 ? '' : `:${port}`}`;
}

/** A host as it stands in a URL; this machine, where that is every address it has. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

import type { Cloud } from '../cloud.ts';
import { CallFailure, DeployError, isMissing, isPresent } from '../failures.ts';
import { converge, lookUntil } from '../patience.ts';
import { describeMarks } from '../service/marks.ts';
import type { FunctionSettings, HttpEvent } from '../service/settings.ts';
import { configurationOf, isAsConfigured, parseDescription, type WantedTrigger } from './same-trigger.ts';
import { type PresentFunction, type PresentTrigger, requireDeployed, waitUntilSettled } from './scf.ts';

/** Where a function can be called from outside. Origins, without a slash at the end. */
export interface FunctionUrls {
  http: string;
  /** `wss:`; only where the function speaks WebSocket. */
  webSocket: string | undefined;
}

/** Creates, changes and removes triggers until they are as wanted; answers the function's addresses, if it has any. */
export async function convergeTriggers(
  cloud: Cloud,
  each: FunctionSettings,
  present: PresentFunction,
  corsOrigins: string[],
  changed: (text: string) => void,
): Promise<FunctionUrls | undefined> {
  const wanted = wantedTriggers(each, corsOrigins);
  const deployment = present.marks?.deployment ?? '';
  const changes = new Set<string>();
  let known: PresentFunction | undefined = present;
  const converged = await converge(async () => {
    const found = known ?? requireDeployed(each.name, await waitUntilSettled(cloud, each.name));
    const steps = stepsOf(wanted, found.triggers);
    if (steps.length === 0) return { reached: found };
    let isCertain = true;
    for (const { action, trigger } of steps) {
      isCertain = (await change(cloud, each.name, action, trigger, deployment)) && isCertain;
      changes.add(`${each.key}: ${trigger.type === 'http' ? 'function URL' : trigger.type} ${done[action]}`);
    }
    known = undefined;
    return isCertain ? 'taken' : 'uncertain';
  }, cloud.patience);
  if (converged === undefined)
    throw new DeployError(
      `the triggers of ${each.name} do not become what they should: look at them in the console, then deploy again`,
    );
  for (const text of changes) changed(text);
  return urlsOf(cloud, each, converged);
}

/** The addresses of what is deployed already, by the function's key. */
export function knownUrls(functions: FunctionSettings[], found: ReadonlyMap<string, PresentFunction>): KnownUrls {
  const known = functions.map(({ key, name }) => [key, readUrls(found.get(name)?.triggers ?? [])] as const);
  return new Map(known.flatMap(([key, urls]) => (urls === undefined ? [] : [[key, urls] as const])));
}

/** Function URLs as far as they are known, by the function's key. */
export type KnownUrls = Map<string, FunctionUrls>;

/** Where WebSockets are opened, without a path. */
export function webSocketOf(urls: FunctionUrls | undefined): string {
  return urls?.webSocket ?? urls?.http.replace(/^http/, 'ws') ?? '';
}

/** The addresses in the description of a function URL (field names from the documents' example of ListTriggers). */
export function readUrls(triggers: PresentTrigger[]): FunctionUrls | undefined {
  const trigger = triggers.find(({ type }) => type === 'http');
  if (trigger === undefined) return undefined;
  const { NetConfig: net = {} } = parseDescription(trigger.description);
  const http = origin(net.ExtranetUrl);
  if (http === undefined) return undefined;
  return { http, webSocket: origin(net.WssExtranetUrl) ?? origin(net.WsExtranetUrl) };
}

const done = { CreateTrigger: 'created', UpdateTrigger: 'changed', DeleteTrigger: 'removed' };
type Action = keyof typeof done;

function wantedTriggers({ http, timer, web }: FunctionSettings, corsOrigins: string[]): WantedTrigger[] {
  const url = (more: object): WantedTrigger => ({
    type: 'http',
    name: 'url',
    description: JSON.stringify({
      AuthType: 'NONE',
      NetConfig: { EnableIntranet: false, EnableExtranet: true },
      ...more,
    }),
  });
  return [
    // An event function answers in the form of API Gateway: status, headers and body.
    ...(http === undefined ? [] : [url({ CorsConfig: corsFor(http, corsOrigins), ApiGwCompatible: true })]),
    // The gateway knows its origins itself.
    ...(web === undefined ? [] : [url({})]),
    ...(timer === undefined ? [] : [{ type: 'timer', name: 'timer', description: timer } as const]),
  ];
}

/** OPTIONS is not among the methods that SCF takes: it answers those requests itself. */
function corsFor({ method, cors: { headers, exposed } }: HttpEvent, origins: string[]) {
  return {
    Enable: true,
    Origins: origins,
    Methods: method === 'ANY' ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] : [method],
    Headers: ['content-type', ...headers],
    ...(exposed.length === 0 ? {} : { ExposeHeaders: exposed }),
    Credentials: false,
    MaxAge: 600,
  };
}

function stepsOf(wanted: WantedTrigger[], found: PresentTrigger[]): { action: Action; trigger: WantedTrigger }[] {
  const steps: { action: Action; trigger: WantedTrigger }[] = [];
  for (const trigger of wanted) {
    // The platform may give a function URL a name of its own.
    const same = found.find(({ type, name }) => type === trigger.type && (type === 'http' || name === trigger.name));
    if (same === undefined) steps.push({ action: 'CreateTrigger', trigger });
    else if (!isAsConfigured(trigger, same))
      steps.push({ action: 'UpdateTrigger', trigger: { ...trigger, name: same.name } });
  }
  for (const { type, name, description } of found) {
    const isOurs = (type === 'timer' && name === 'timer') || type === 'http';
    if (!isOurs || wanted.some(trigger => trigger.type === type)) continue;
    steps.push({ action: 'DeleteTrigger', trigger: { type: type as WantedTrigger['type'], name, description } });
  }
  return steps;
}

/** Says whether it is certain that it was done: else what is there has to be looked at. */
async function change(
  { scf }: Cloud,
  functionName: string,
  action: Action,
  trigger: WantedTrigger,
  deployment: string,
): Promise<boolean> {
  const { type, name, description } = trigger;
  const Description = describeMarks({ deployment, configuration: configurationOf(trigger) });
  // GetFunction, from which the addresses are read, shows the triggers of $LATEST.
  const request = { FunctionName: functionName, TriggerName: name, Type: type, Qualifier: '$LATEST' };
  try {
    if (action === 'DeleteTrigger') await scf(action, request, `${functionName}, ${type}`);
    else {
      const settings = { TriggerDesc: description, Description, Enable: 'OPEN' };
      await scf(action, { ...request, ...settings }, `${functionName}, ${type}`);
    }
    return true;
  } catch (error) {
    // Done by a call whose answer was lost, or the function was busy, which SCF may say in the same words.
    const isDone = action === 'DeleteTrigger' ? isMissing(error) : isPresent(error);
    if (isDone || (error instanceof CallFailure && error.isUnknown)) return false;
    throw error;
  }
}

/** The address may come a moment after the trigger. */
async function urlsOf(
  cloud: Cloud,
  { name, http, web }: FunctionSettings,
  present: PresentFunction,
): Promise<FunctionUrls | undefined> {
  if (http === undefined && web === undefined) return undefined;
  let found = present;
  const look = async () => {
    const urls = readUrls(found.triggers);
    if (urls === undefined) found = requireDeployed(name, await waitUntilSettled(cloud, name));
    return urls;
  };
  const { pollMs } = cloud.patience;
  const urls = await lookUntil(look, { patienceMs: 30 * pollMs, pollMs });
  if (urls !== undefined) return urls;
  throw new DeployError(
    `the function URL of ${name} has no public address: look at it in the console, then deploy again`,
  );
}

function origin(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.replace(/\/+$/, '') : undefined;
}

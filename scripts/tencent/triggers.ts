import type { Cloud } from './cloud.ts';
import { CallFailure, DeployError, isMissing, isPresent } from './failures.ts';
import { type PresentFunction, type PresentTrigger, settled } from './scf.ts';
import type { FunctionSettings } from './settings.ts';

/** Where a function can be called from outside. Origins, without a slash at the end. */
export interface FunctionUrls {
  http: string;
  /** `wss:`; only where the function speaks WebSocket. */
  webSocket: string | undefined;
}

/** What a function shall be called by. */
interface WantedTrigger {
  type: 'http' | 'timer';
  name: string;
  description: string;
}

/** Creates, changes and removes triggers until they are as wanted; answers the function's addresses, if it has any. */
export async function applyTriggers(
  cloud: Cloud,
  each: FunctionSettings,
  present: PresentFunction,
  corsOrigins: string[],
  changed: (text: string) => void,
): Promise<FunctionUrls | undefined> {
  const wanted = wantedTriggers(each, corsOrigins);
  let found = present;
  for (let round = 1; round <= 5; round++) {
    const steps = stepsOf(wanted, found.triggers);
    if (steps.length === 0) return urlsOf(cloud, each, found);
    for (const { action, trigger } of steps) {
      await change(cloud, each.name, action, trigger);
      changed(`${each.key}: ${trigger.type === 'http' ? 'function URL' : trigger.type} ${done[action]}`);
    }
    const next = await settled(cloud, each.name);
    if (next === undefined) break;
    found = next;
  }
  throw new DeployError(
    `the triggers of ${each.name} do not become what they should: look at them in the console, then deploy again`,
  );
}

/** The addresses in the description of a function URL (field names from the documents' example of ListTriggers). */
export function readUrls(triggers: PresentTrigger[]): FunctionUrls | undefined {
  const trigger = triggers.find(({ type }) => type === 'http');
  if (trigger === undefined) return undefined;
  const { NetConfig: net = {} } = parse(trigger.description);
  const http = origin(net.ExtranetUrl);
  if (http === undefined) return undefined;
  return { http, webSocket: origin(net.WssExtranetUrl) ?? origin(net.WsExtranetUrl) };
}

const done = { CreateTrigger: 'created', UpdateTrigger: 'changed', DeleteTrigger: 'removed' };
type Action = keyof typeof done;

function wantedTriggers({ http, timer, web }: FunctionSettings, corsOrigins: string[]): WantedTrigger[] {
  const url = (cors: object | undefined): WantedTrigger => ({
    type: 'http',
    name: 'url',
    description: JSON.stringify({
      AuthType: 'NONE',
      NetConfig: { EnableIntranet: false, EnableExtranet: true },
      ...(cors === undefined ? {} : { CorsConfig: cors }),
    }),
  });
  return [
    ...(http === undefined ? [] : [url(corsFor(http.method, corsOrigins))]),
    // The gateway knows its origins itself.
    ...(web === undefined ? [] : [url(undefined)]),
    ...(timer === undefined ? [] : [{ type: 'timer', name: 'timer', description: timer } as const]),
  ];
}

function corsFor(method: string, origins: string[]) {
  return {
    Enable: true,
    Origins: origins,
    Methods: [method, 'OPTIONS'],
    Headers: ['content-type', 'idempotency-key'],
    ExposeHeaders: ['idempotency-replayed', 'retry-after', 'x-request-id'],
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
    else if (!isAsWanted(trigger, same))
      steps.push({ action: 'UpdateTrigger', trigger: { ...trigger, name: same.name } });
  }
  for (const { type, name, description } of found) {
    const isOurs = (type === 'timer' && name === 'timer') || type === 'http';
    if (!isOurs || wanted.some(trigger => trigger.type === type)) continue;
    steps.push({ action: 'DeleteTrigger', trigger: { type: type as WantedTrigger['type'], name, description } });
  }
  return steps;
}

function isAsWanted(wanted: WantedTrigger, found: PresentTrigger): boolean {
  if (wanted.type === 'timer') return cronOf(found.description) === cronOf(wanted.description);
  return contains(parse(found.description), parse(wanted.description));
}

/** Whether everything in `part` is in `whole` too; the platform adds addresses and defaults. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) && whole.length === part.length && part.every((each, index) => contains(whole[index], each))
    );
  }
  if (typeof part !== 'object' || part === null) return whole === part;
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([name, value]) => contains((whole as Record<string, unknown>)[name], value));
}

async function change(
  { scf }: Cloud,
  functionName: string,
  action: Action,
  { type, name, description }: WantedTrigger,
) {
  // GetFunction, from which the addresses are read, shows the triggers of $LATEST.
  const request = { FunctionName: functionName, TriggerName: name, Type: type, Qualifier: '$LATEST' };
  try {
    if (action === 'DeleteTrigger') await scf(action, request, `${functionName}, ${type}`);
    else await scf(action, { ...request, TriggerDesc: description, Enable: 'OPEN' }, `${functionName}, ${type}`);
  } catch (error) {
    // Done by a call whose answer was lost: what is there is looked at next.
    const isDone = action === 'DeleteTrigger' ? isMissing(error) : isPresent(error);
    if (isDone || (error instanceof CallFailure && error.isUnknown)) return;
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
  let found: PresentFunction | undefined = present;
  for (let look = 1; look <= 30 && found !== undefined; look++) {
    const urls = readUrls(found.triggers);
    if (urls !== undefined) return urls;
    await cloud.pause();
    found = await settled(cloud, name);
  }
  throw new DeployError(
    `the function URL of ${name} has no public address: look at it in the console, then deploy again`,
  );
}

function cronOf(description: string): string {
  const { cron } = parse(description);
  return (typeof cron === 'string' ? cron : description).trim();
}

function parse(text: string): Record<string, unknown> & { NetConfig?: Record<string, unknown> } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function origin(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.replace(/\/+$/, '') : undefined;
}

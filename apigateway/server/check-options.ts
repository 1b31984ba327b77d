import * as v from 'valibot';
import { faultOf, type OptionFault } from './option-faults.ts';
import { isLoopback, namesOf, type Settings, schema, type WebSocketSettings } from './options.ts';
import type { EventFunction } from './targets/target.ts';

/**
 * Checks options and fills in the defaults.
 * @throws Error that names every wrong option by its path.
 */
export function parseOptions(options: unknown): Settings {
  const problems = wrongOptions(options).map(({ option, message }) => `${option}: ${message}`);
  if (problems.length > 0) throw new Error(`the gateway's options are wrong: ${problems.join('; ')}`);
  return v.parse(schema, options);
}

/** Every option whose value is wrong, by its path, and what it must be or what to do. */
export function wrongOptions(options: unknown): { option: string; path: (string | number)[]; message: string }[] {
  const { issues = [], success, output } = v.safeParse(schema, options);
  const faults = success ? [...contradictionsIn(output)].map(faultIn) : issues.map(issue => faultOf(issue, schema));
  return faults.map(({ path, message }) => ({ option: path.join('.') || 'options', path, message }));
}

/** A contradiction begins with the option to change. */
function faultIn(contradiction: string): OptionFault {
  const [, option, message = ''] = /^([\w.]+): (.*)$/s.exec(contradiction) ?? ['', 'options', contradiction];
  return { path: option === undefined || option === 'options' ? [] : option.split('.'), message };
}

function* contradictionsIn(settings: Settings): Generator<string> {
  const { routes, websockets, sendBackHost, sendBackSecret } = settings;
  const places = websockets.map(({ path }) => ({ path, methods: [''] }));
  const paths = [...routes, ...places].flatMap(each => each.methods.map(method => `${each.path} ${method}`.trim()));
  const ofSockets = new Set(websockets.map(each => each.path));
  const twice =
    paths.find((each, index) => paths.indexOf(each) !== index) ?? routes.find(({ path }) => ofSockets.has(path))?.path;
  if (twice !== undefined) yield `routes: path ${twice} is given twice`;
  const ids = websockets.flatMap(namesOf);
  if (new Set(ids).size !== ids.length) yield 'websockets: two have the same apiId';
  const faultOfSendBack = settings.sendBackOnPublicPort ? faultOnPublicPort(settings) : undefined;
  if (faultOfSendBack !== undefined) yield faultOfSendBack;
  const { metricsPort, metricsHost, metricsSecret } = settings;
  if (metricsPort !== undefined && metricsSecret === undefined && !isLoopback(metricsHost)) {
    yield `metricsSecret: required, because the metrics on ${metricsHost} are open to other machines`;
  }
  if (!isLoopback(sendBackHost)) {
    const isOpen = `required, because the send-back port on ${sendBackHost} is open to other machines`;
    if (websockets.some(api => api.dialect === 'tencent') && sendBackSecret === undefined)
      yield `sendBackSecret: ${isOpen}`;
    const unguarded = websockets.findIndex(api => api.dialect === 'aws' && api.accessKeys.length === 0);
    if (unguarded >= 0) yield `websockets.${unguarded}.accessKeys: ${isOpen}`;
  }
  const unrouted = websockets.find(api => api.dialect === 'aws' && Object.keys(api.routes).length === 0);
  if (unrouted !== undefined) yield `websockets: ${unrouted.apiId} has no routes`;
  const unsigned = settings.signingSecret === undefined ? unsignedHostOf(settings) : undefined;
  if (unsigned !== undefined) {
    yield `signingSecret: required, because the functions on ${unsigned} cannot tell the gateway from a stranger; or name the host in unsignedTargets`;
  }
}

function faultOnPublicPort({ sendBackSecret, sendBackSecretIn, websockets }: Settings): string | undefined {
  if (sendBackSecret === undefined) return 'sendBackSecret: required, because sendBackOnPublicPort lets anybody try';
  if (!sendBackSecretIn.includes('path')) return 'sendBackSecretIn: sendBackOnPublicPort wants the secret in the path';
  return websockets.length === 0 ? 'sendBackOnPublicPort: there are no websockets to push to' : undefined;
}

/** The targets of an API, whatever its dialect calls them. */
function functionsOf(api: WebSocketSettings): (string | EventFunction)[] {
  if (api.dialect === 'tencent') return [api.register, api.transport, api.cleanup].filter(each => each !== undefined);
  return [...Object.values(api.routes), ...(api.authorizer === undefined ? [] : [api.authorizer.target])];
}

/** A host on another machine whose functions would be called unsigned, and that is not allowed by name. */
function unsignedHostOf({ routes, websockets, timers, unsignedTargets }: Settings): string | undefined {
  const targets = [...[...routes, ...timers].map(each => each.target), ...websockets.flatMap(functionsOf)];
  return targets
    .filter(each => typeof each === 'string' && /^https?:/i.test(each) && URL.canParse(each))
    .map(each => new URL(String(each)).hostname)
    .find(each => !isLoopback(each.replace(/^\[|\]$/g, '')) && !unsignedTargets.includes(each));
}

import type { TencentHttpEvent } from '../plain/configuration.ts';
import { record, textOf } from './components.ts';
import type { Converted, Note } from './function.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'ANY'] as const;

/**
 * Puts endpoints of API Gateway at the functions that they call: those of HTTP, and those of WebSocket with three functions.
 * `own` is the function among whose triggers they stand.
 */
export function convertEndpoints(endpoints: unknown[], functions: Converted[], note: Note, own?: Converted): void {
  for (const each of endpoints.map(record)) {
    const at = pathOf(textOf(each.path) ?? '/');
    const about = `endpoint ${at}`;
    if ('auth' in each || 'usagePlan' in each)
      note(about, 'its keys and usage plan were left out: the address is open, so the function has to ask who calls');
    if (String(textOf(each.protocol)).toUpperCase() === 'WEBSOCKET') convertWebSocket(each, at, functions, note);
    else convertHttp(each, at, own ?? functionNamed(record(each.function).functionName, functions), note);
  }
}

function convertWebSocket(each: Record<string, unknown>, at: string, functions: Converted[], note: Note): void {
  const named = record(each.function);
  const roles = ['transport', 'register', 'cleanup'] as const;
  const [transport, register, cleanup] = roles.map(role => functionNamed(named[`${role}FunctionName`], functions));
  if (transport === undefined || register === undefined || cleanup === undefined) {
    note(
      `endpoint ${at}`,
      'a WebSocket was left out: it has to name transport, register and cleanup among the functions',
    );
    return;
  }
  const event = { websocket: { path: at, register: register.key, transport: transport.key, cleanup: cleanup.key } };
  transport.settings.events = [...(transport.settings.events ?? []), event];
  note(
    `endpoint ${at}`,
    'its functions get the address to push to in the variable SEND_BACK_URL; one that is written into the code leads nowhere any more',
  );
}

function convertHttp(each: Record<string, unknown>, at: string, called: Converted | undefined, note: Note): void {
  const about = `endpoint ${at}`;
  if (called === undefined) {
    note(about, 'was left out: the function that it calls is not among the files');
    return;
  }
  const asked = (textOf(each.method) ?? 'ANY').toUpperCase();
  const method = methods.find(name => name === asked) ?? 'ANY';
  const events = called.settings.events ?? [];
  const other = events.find((event): event is TencentHttpEvent => 'http' in event);
  if (other === undefined) {
    called.settings.events = [...events, { http: { method, path: at } }];
    return;
  }
  // A function URL takes every path; the function sees which it was.
  if (other.http.method !== method) other.http.method = 'ANY';
  if (other.http.path !== at) other.http.path = '/';
  note(about, `shares one address with others of functions.${called.key}, which takes every path`);
}

/** Up to the first parameter, in the characters that a path may have. */
function pathOf(given: string): string {
  const before = given.replace(/[{*].*$/, '').replace(/(?<=.)\/+$/, '');
  const plain = before.replaceAll(/[^\w.~/-]/g, '');
  return plain.startsWith('/') ? plain : `/${plain}`;
}

/** By its name, or by a reference such as `${key}`, `${key.name}` or `${output:dev:app:key.functionName}`. */
function functionNamed(given: unknown, functions: Converted[]): Converted | undefined {
  const text = textOf(given) ?? '';
  const [, reference = ''] = /^\$\{(.*)\}$/.exec(text) ?? [];
  const key = reference.split(':').at(-1)?.split('.')[0] ?? '';
  return functions.find(({ names }) => names.includes(text) || (key !== '' && names.includes(key)));
}

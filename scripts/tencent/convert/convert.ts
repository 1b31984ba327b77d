import { stringify } from 'yaml';
import type { TencentBucket, TencentService } from '../plain/configuration.ts';
import { convertBucket } from './buckets.ts';
import { type Component, type ComponentFile, ConvertError, componentsIn, list, textOf } from './components.ts';
import { convertEndpoints } from './endpoints.ts';
import { type Converted, convertFunction, type Note } from './function.ts';
import { withoutSecrets } from './secrets.ts';

/** A serverless.yml, and what whoever deploys it has to know. */
export interface Conversion {
  text: string;
  notes: string[];
}

/**
 * Makes one serverless.yml of the component files of a service. Secrets that stand in them are in neither of the results.
 * @throws ConvertError when there is nothing that could be converted
 */
export function convert(files: ComponentFile[]): Conversion {
  const notes: string[] = [];
  const note: Note = (about, text) => notes.push(withoutSecrets(`${about}: ${text}`));
  const components = files.flatMap(componentsIn);
  const functions = functionsIn(components, note);
  if (functions.length === 0)
    throw new ConvertError(
      `there is no function: no component is scf; there are ${[...new Set(components.map(({ kind }) => shown(kind)))].join(', ')}`,
    );
  for (const each of functions) convertEndpoints(each.endpoints, functions, note, each);
  for (const { kind, key, inputs } of components) {
    if (kind === 'apigateway' || kind === 'apigw') convertEndpoints(list(inputs.endpoints), functions, note);
    else if (kind !== 'scf' && !isBucket(kind)) note(`${shown(key)} (${shown(kind)})`, leftOut[kind] ?? 'was left out');
  }
  const service = serviceOf(components, functions, bucketsIn(components, note), note);
  return { text: `${header}${withoutSecrets(stringify(service, { lineWidth: 0 }))}`, notes: [...new Set(notes)] };
}

const header = '# Converted from files of components. Deploy with: npx sls deploy\n';

const leftOut: Readonly<Record<string, string>> = {
  websocket:
    'was left out: its one function is written for a library of that component; write register, transport and cleanup',
};

function shown(name: string): string {
  return withoutSecrets(/^[\w@/.-]{1,60}$/.test(name) ? name : '(odd name)');
}

function functionsIn(components: Component[], note: Note): Converted[] {
  const taken = new Set<string>();
  return components
    .filter(({ kind }) => kind === 'scf')
    .map(component => {
      const key = freeKey(component.key, taken);
      return convertFunction(component, key, note);
    });
}

function isBucket(kind: string): boolean {
  return kind === 'cos' || kind === 'website';
}

function bucketsIn(components: Component[], note: Note): Record<string, TencentBucket> {
  const taken = new Set<string>();
  const found = components
    .filter(({ kind }) => isBucket(kind))
    .flatMap(component => {
      const key = freeKey(component.key, taken);
      const bucket = convertBucket(component, key, note);
      return bucket === undefined ? [] : [[key, bucket] as const];
    });
  return Object.fromEntries(found);
}

/** Letters, digits, - and _, as osls takes them; `gateway` is the plugin's own. */
function freeKey(wanted: string, taken: Set<string>): string {
  const plain = withoutSecrets(wanted)
    .replaceAll(/\$\{[^}]*\}/g, '')
    .replaceAll(/[^\w-]+/g, '-')
    .replaceAll(/^[\d_-]+|[_-]+$/g, '');
  const base = plain === '' || plain === 'gateway' ? `${plain || 'function'}-1` : plain;
  let key = base;
  for (let number = 2; taken.has(key); number++) key = `${base}-${number}`;
  taken.add(key);
  return key;
}

function serviceOf(
  components: Component[],
  functions: Converted[],
  buckets: Record<string, TencentBucket>,
  note: Note,
): TencentService {
  const region = same(
    'region',
    [
      ...functions.map(each => each.region ?? 'ap-guangzhou'),
      ...components.flatMap(({ kind, inputs }) => (isBucket(kind) ? (textOf(inputs.region) ?? []) : [])),
    ],
    note,
  );
  const topics = functions.flatMap(({ topicId }) => topicId ?? []);
  const topicId = topics.length === 0 ? undefined : same('logs', topics, note);
  const role = functions.find(({ settings }) => settings.role !== undefined)?.settings.role;
  const hasWebSocket = functions.some(({ settings: { events = [] } }) => events.some(event => 'websocket' in event));
  if (hasWebSocket && role === undefined)
    note('provider.role', 'the gateway calls the functions with a role: name one that allows scf:Invoke');
  const areAllPrivate = functions.every(({ isPrivate }) => isPrivate);
  if (!areAllPrivate && functions.some(({ isPrivate }) => isPrivate))
    note('provider.publicNetwork', 'some functions had no way to the internet; now all have');
  const [first] = components;
  const service = serviceName(first?.app ?? textOf(first?.inputs.serviceName) ?? first?.key ?? '');
  note(
    'functions',
    `are called ${service}-<stage>-<key> in the cloud from now on: whoever calls one by its name has to know; the old ones stay until you remove them`,
  );
  return {
    service,
    frameworkVersion: '4',
    plugins: ['osls-provider-tencent'],
    provider: {
      ...{ name: 'tencent', region },
      ...(role === undefined ? {} : { role }),
      ...(areAllPrivate ? { publicNetwork: false } : {}),
      ...(topicId === undefined ? {} : { logs: { topicId } }),
      ...(Object.keys(buckets).length === 0 ? {} : { buckets }),
    },
    functions: Object.fromEntries(functions.map(({ key, settings }) => [key, settings])),
  };
}

/** The value that all have; the first where they differ. */
function same(what: string, values: string[], note: Note): string {
  const [first = ''] = values;
  const plain = values.filter(value => !value.startsWith('${'));
  if (new Set(values).size > 1) note(`provider.${what}`, 'differed between components; all have that of the first now');
  return plain[0] ?? (what === 'region' ? 'ap-guangzhou' : first);
}

function serviceName(wanted: string): string {
  const plain = withoutSecrets(wanted)
    .replaceAll(/\$\{[^}]*\}/g, '')
    .replaceAll(/[^a-zA-Z\d]+/g, '-')
    .replaceAll(/^[\d-]+|-+$/g, '');
  return plain.length < 2 ? 'converted' : plain.slice(0, 30);
}

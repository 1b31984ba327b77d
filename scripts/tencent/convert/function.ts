import path from 'node:path';
import type { TencentFunction, TencentVariables } from '../plain/configuration.ts';
import { type Component, list, record, textOf } from './components.ts';
import { isSecretValue, referenceIn } from './secrets.ts';

/** A function while it is converted. */
export interface Converted {
  key: string;
  /** By which others may name it: its own name, and that of its component. */
  names: string[];
  settings: TencentFunction;
  region: string | undefined;
  topicId: string | undefined;
  isPrivate: boolean;
  /** `endpoints` of API Gateway that stand among its triggers. */
  endpoints: unknown[];
}

/** Says what was left out, or what has to be done. */
export type Note = (about: string, text: string) => void;

const known = new Set(
  'name codeUri src code handler runtime region memorySize timeout environment vpcConfig role layers publicAccess cls events description enableRoleAuth initTimeout'.split(
    ' ',
  ),
);

/** What became of a function's inputs. */
export function convertFunction(component: Component, key: string, note: Note): Converted {
  const { inputs } = component;
  const about = `functions.${key}`;
  const unknown = Object.keys(inputs).filter(name => !known.has(name) && isSaid(inputs[name]));
  if (unknown.length > 0) note(about, `left out ${unknown.map(shown).join(', ')}`);
  const runtime = runtimeOf(textOf(inputs.runtime) ?? 'Nodejs10.15', about, note);
  const { vpcId, subnetId } = record(inputs.vpcConfig);
  const [vpc, subnet, role] = [textOf(vpcId), textOf(subnetId), textOf(inputs.role)];
  const layers = list(inputs.layers).map(record).flatMap(layerOf);
  const environment = variablesOf(record(record(inputs.environment).variables), about, note);
  const settings: TencentFunction = {
    handler: textOf(inputs.handler) ?? (runtime === 'Go1' ? 'main' : 'index.main_handler'),
    ...codeOf(component, about, key, note),
    runtime,
    ...(numberOf(inputs.memorySize) === undefined
      ? { memorySize: 128 }
      : { memorySize: numberOf(inputs.memorySize) as number }),
    timeout: numberOf(inputs.timeout) ?? 3,
    ...(role === undefined ? {} : { role }),
    ...(Object.keys(environment).length === 0 ? {} : { environment }),
    ...(vpc === undefined || subnet === undefined ? {} : { vpc: { vpcId: vpc, subnetId: subnet } }),
    ...(layers.length === 0 ? {} : { layers }),
  };
  const { timer, endpoints } = triggersOf(list(inputs.events), about, note);
  if (timer !== undefined) settings.events = [{ timer }];
  return {
    ...{ key, settings, endpoints },
    names: [textOf(inputs.name), component.key, key].filter(name => name !== undefined),
    region: textOf(inputs.region),
    topicId: textOf(record(inputs.cls).topicId),
    isPrivate: inputs.publicAccess === false,
  };
}

/** The name of a setting; what is no name could be anything. */
export function shown(name: string): string {
  return /^[\w-]{1,40}$/.test(name) ? name : '(a setting with an odd name)';
}

/** Whether a setting says anything. */
export function isSaid(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : undefined;
}

function layerOf({ name, version }: Record<string, unknown>): { name: string; version: number }[] {
  const [own, number] = [textOf(name), numberOf(version)];
  return own === undefined || number === undefined ? [] : [{ name: own, version: number }];
}

function runtimeOf(asked: string, about: string, note: Note): NonNullable<TencentFunction['runtime']> {
  const [, language = '', version = ''] = /^(Nodejs|Python|Php|Go)([\d.]*)$/i.exec(asked) ?? [];
  const today = { nodejs: 'Nodejs20.19', python: 'Python3.10', php: 'Php8.0', go: 'Go1' } as const;
  const latest = today[language.toLowerCase() as keyof typeof today];
  if (latest === undefined) {
    note(about, `its runtime is none of Nodejs, Python3, Go, Php, so it cannot be deployed as it is`);
    return 'Nodejs20.19';
  }
  if (latest === 'Go1') return latest;
  const isOld =
    { nodejs: 16, python: 3, php: 7 }[language.toLowerCase() as 'nodejs'] > Number.parseFloat(version || '0');
  const spelled = `${latest.replace(/[\d.]+$/, '')}${version}`;
  if (!isOld && /\d\.\d+$/.test(spelled)) return spelled as typeof latest;
  note(about, `runtime ${asked} became ${latest}: see that the code runs there`);
  return latest;
}

/** From where the new file lies. */
function codeOf(
  { inputs, folder }: Component,
  about: string,
  key: string,
  note: Note,
): Pick<TencentFunction, 'folder' | 'package'> {
  const given = inputs.src ?? inputs.codeUri ?? inputs.code;
  const { src, exclude, bucket } = record(given);
  const place = textOf(given) ?? textOf(src);
  if (list(exclude).length + list(inputs.exclude).length > 0)
    note(about, 'the list of excluded files was left out: folder is packed whole, or use package.patterns instead');
  if (place === undefined || /^https?:/.test(place)) {
    note(about, `its code is ${bucket === undefined ? 'not named' : 'in a bucket'}: put it into the folder ${key}`);
    return { folder: key };
  }
  const relative = path.posix.join(folder, place.replaceAll('\\', '/'));
  return /\.zip$/i.test(relative) ? { package: { artifact: relative } } : { folder: relative };
}

function variablesOf(given: Record<string, unknown>, about: string, note: Note): TencentVariables {
  const variables: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === '') continue;
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    const text = isPlain ? String(value) : (textOf(value) ?? JSON.stringify(value));
    const reference = referenceIn(text);
    if (!/^[a-zA-Z]\w*$/.test(name)) note(about, 'a variable whose name SCF does not take was left out');
    else if (reference !== undefined) variables.push([name, reference]);
    else if (isSecretValue(name, text)) {
      variables.push([name, `\${env:${name}}`]);
      note(about, `the value of ${name} is a secret and was not written: set the variable ${name} where you deploy`);
    } else variables.push([name, isPlain ? value : text]);
  }
  return Object.fromEntries(variables);
}

function triggersOf(events: unknown[], about: string, note: Note) {
  let timer: string | undefined;
  const endpoints: unknown[] = [];
  for (const event of events) {
    const [[kind = '', value] = []] = Object.entries(record(event));
    const parameters = record(record(value).parameters);
    if (kind === 'apigw') endpoints.push(...list(parameters.endpoints));
    else if (kind === 'timer') {
      const cron = cronOf(textOf(parameters.cronExpression));
      if (parameters.enable === false) note(about, 'a timer that was turned off was left out');
      else if (timer !== undefined || cron === undefined)
        note(
          about,
          `a timer was left out: ${cron === undefined ? 'its expression has not seven fields' : 'a function has one'}`,
        );
      else timer = cron;
      if (isSaid(parameters.argument)) note(about, 'the argument of its timer was left out');
    } else note(about, `its trigger ${shown(kind)} was left out: make it in the console`);
  }
  return { timer, endpoints };
}

/** Seven fields, seconds first; five are minutes first, as in cron. */
function cronOf(expression = ''): string | undefined {
  const fields = expression.split(/\s+/);
  if (fields.length === 5) return ['0', ...fields, '*'].join(' ');
  return fields.length === 7 ? fields.join(' ') : undefined;
}

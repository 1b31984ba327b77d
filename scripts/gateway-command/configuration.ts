import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { wrongOptions } from '../../apigateway/server/check-options.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { JsonFault, type JsonPath, type LocatedJson, readJson } from './json.ts';

/** What a file says, and everything that is wrong with it. */
export interface Configuration {
  options: GatewayOptions;
  /** In one line each: file and line, what is wrong, and what to do. */
  faults: string[];
}

/**
 * Reads a configuration and opens nothing. Relative paths in it are from the working directory.
 * @param withEnvironment adds what variables say, which wins over the file
 */
export function readConfiguration(
  file: string,
  environment: NodeJS.ProcessEnv,
  withEnvironment: (options: GatewayOptions) => GatewayOptions,
): Configuration {
  const nothing = (...faults: string[]) => ({ options: {}, faults });
  const text = readText(file);
  if (text === undefined) return nothing(`${file}: there is no such file; --init writes one`);
  let json: LocatedJson;
  try {
    json = readJson(text);
  } catch (error) {
    if (error instanceof JsonFault) return nothing(`${file}:${error.line}: ${error.message}`);
    throw error;
  }
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value))
    return nothing(`${file}:1: must hold an object, as in {"websockets": […]}; --init --force writes an example`);
  const faults: string[] = [];
  const tell = (at: JsonPath, message: string) =>
    faults.push(`${file}:${json.lineOf(at)}: ${at.length === 0 ? '' : `${at.join('.')} `}${message}`);
  const { $schema: _, ...configured } = expand(json.value, [], environment, tell) as Record<string, unknown>;
  const { routes = [], websockets = [], timers = [], pages } = configured as GatewayOptions;
  const isEmpty = [routes, websockets, timers].every(each => Array.isArray(each) && each.length === 0);
  if (isEmpty && pages === undefined)
    tell([], 'names neither websockets nor routes nor timers nor pages, so there is nothing to serve');
  let options = configured as GatewayOptions;
  try {
    options = withEnvironment(options);
  } catch (error) {
    faults.push((error as Error).message);
  }
  for (const { path: at, message } of wrongOptions(options)) tell(at, `${message}${variableFor(at, message)}`);
  for (const { at, target } of targetsIn(options)) {
    const module = /^(?!https?:|\w+:)(.+)#\w+$/i.exec(target)?.[1];
    if (module !== undefined && !existsSync(module))
      tell(at, `there is no file ${path.resolve(module)}: is it built? Paths are from ${process.cwd()}`);
  }
  if (typeof pages?.directory === 'string' && !existsSync(pages.directory))
    tell(['pages', 'directory'], `there is no folder ${path.resolve(pages.directory)}`);
  return { options, faults };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return undefined;
    throw error;
  }
}

type Tell = (at: JsonPath, message: string) => void;

/** Puts variables in the place of `${env:NAME}`. */
function expand(value: unknown, at: JsonPath, environment: NodeJS.ProcessEnv, tell: Tell): unknown {
  if (Array.isArray(value)) return value.map((each, index) => expand(each, [...at, index], environment, tell));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, expand(each, [...at, key], environment, tell)]),
    );
  if (typeof value !== 'string') return value;
  return value.replaceAll(/\$\{env:(\w+)\}/g, (whole, name: string) => {
    const found = Object.entries(environment)
      .find(([each]) => each === name)?.[1]
      ?.trim();
    if (found) return found;
    tell(at, `wants the variable ${name}, which is not set`);
    return whole;
  });
}

/** The secrets belong into the environment, so what to do is said in its words. */
function variableFor([option]: JsonPath, message: string): string {
  const variable = { signingSecret: 'SIGNING_SECRET', sendBackSecret: 'SEND_BACK_SECRET' }[String(option)];
  const isMissing = variable !== undefined && message.startsWith('required');
  return isMissing ? `. Set ${variable} to 16 characters or more, as from \`openssl rand -hex 24\`` : '';
}

/** Every target that is a text, and where it stands. */
function targetsIn({ routes = [], timers = [], websockets = [] }: GatewayOptions) {
  const found: { at: JsonPath; target: string }[] = [];
  const add = (at: JsonPath, target: unknown) => void (typeof target === 'string' && found.push({ at, target }));
  for (const [name, list] of Object.entries({ routes, timers, websockets })) {
    if (!Array.isArray(list)) continue;
    for (const [index, entry] of list.entries()) {
      for (const key of ['target', 'register', 'transport', 'cleanup']) {
        const { [key]: target } = (entry ?? {}) as unknown as Record<string, unknown>;
        add([name, index, key], target);
      }
    }
  }
  return found;
}

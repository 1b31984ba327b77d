import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { record } from '../../record.ts';
import type { EventFunction } from './target.ts';

/** Functions that run in the gateway's own process, by `path/of/module.js#export`. */
export interface ModuleFunctions {
  /** @throws Error that says which module or export is missing. */
  load(target: string): Promise<void>;
  get(target: string): EventFunction;
  /** Loads every module again. When one fails, all stay as they were. */
  reload(): Promise<void>;
}

/** Makes an empty set. Paths are resolved against the working directory. */
export function moduleFunctions(): ModuleFunctions {
  let loaded = new Map<string, EventFunction>();
  return {
    async load(target) {
      if (!loaded.has(target)) loaded.set(target, await importFunction(target));
    },
    get(target) {
      const found = loaded.get(target);
      if (found === undefined) throw new Error(`${target} is not loaded`);
      return found;
    },
    async reload() {
      const targets = [...loaded.keys()];
      for (const target of targets) delete requireFromHere().cache[fileOf(target)];
      const functions = await Promise.all(targets.map(importFunction));
      loaded = new Map(targets.map((target, index) => [target, functions[index] as EventFunction]));
    },
  };
}

async function importFunction(target: string): Promise<EventFunction> {
  const name = target.slice(target.lastIndexOf('#') + 1);
  const found = record(await importModule(fileOf(target)))[name];
  if (typeof found !== 'function') throw new Error(`${target}: the module has no function ${name}`);
  return found as EventFunction;
}

/** CommonJS can be loaded again; ES modules stay for ever, so each time they get another name. */
function importModule(file: string): unknown {
  if (isEsModule(file)) return import(`${pathToFileURL(file).href}?loaded=${Date.now()}`);
  return requireFromHere()(file);
}

/** As Node tells them apart: by their names, then by the nearest package.json. */
function isEsModule(file: string): boolean {
  if (/\.[mc]js$/.test(file)) return file.endsWith('.mjs');
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) return record(JSON.parse(readFileSync(manifest, 'utf8'))).type === 'module';
    if (folder === path.dirname(folder)) return false;
  }
}

function fileOf(target: string): string {
  return path.resolve(target.slice(0, target.lastIndexOf('#')));
}

function requireFromHere(): NodeJS.Require {
  return createRequire(path.resolve('gateway.json'));
}

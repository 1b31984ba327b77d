import { readFileSync } from 'node:fs';
import type { GatewayOptions } from '../../apigateway/server/options.ts';

/** What a `gateway.json` says; whether its options are right is said when the gateway starts. @throws Error that names the file */
export function readConfiguration(file: string): GatewayOptions {
  const configured = parse(file, read(file));
  if (typeof configured !== 'object' || configured === null || Array.isArray(configured))
    throw new Error(`${file} must hold a JSON object: see docs/migrating.md`);
  const { routes = [], websockets = [], timers = [], pages }: GatewayOptions = configured;
  if ([...routes, ...websockets, ...timers].length === 0 && pages === undefined)
    throw new Error(`${file} names neither routes nor websockets nor timers nor pages: see docs/migrating.md`);
  return configured;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EISDIR') throw error;
    throw new Error(`there is no file ${file}: name the gateway's, as in npm run gateway -- gateway.json`, {
      cause: error,
    });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

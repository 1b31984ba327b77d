import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The origins that the pages in a folder call, as its `config.json` names them. Their own origin needs no mention. */
export function connectSources(directory: string): string[] {
  const file = path.join(directory, 'config.json');
  if (!existsSync(file)) return [];
  const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const urls = Object.entries(config).flatMap(([name, value]) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return [];
    return [new URL(name === 'websocket' ? value.replace(/^http/, 'ws') : value).origin];
  });
  return [...new Set(urls)];
}

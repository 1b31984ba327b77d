import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Cloud, type CloudOptions, startCloud } from '../cloud/cloud.ts';
import { isChange } from './deployment.ts';
import { type Ended, sls } from './sls.ts';

const run = promisify(execFile);

/** The plugin as others get it: packed, and installed from the archive into a folder with nothing else in it. */
export interface Installed {
  /** A folder of a service, with the plugin and `sls` in its node_modules. */
  folder: string;
  remove(): void;
}

/** Packs the plugin and installs it. */
export async function installPlugin(): Promise<Installed> {
  await run(process.execPath, ['scripts/run.mjs', 'scripts/pack.ts', 'osls-provider-tencent']);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-foreign-'));
  const packages = path.resolve('dist/packages/osls-provider-tencent');
  const archives = path.join(folder, 'archives');
  mkdirSync(archives);
  await run('npm', ['pack', '--silent', '--pack-destination', archives, packages]);
  const [archive = ''] = readdirSync(archives);
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const quietly = ['--offline', '--no-audit', '--no-fund', '--silent'];
  await run('npm', ['install', ...quietly, path.join(archives, archive)], { cwd: folder });
  rmSync(archives, { recursive: true });
  symlinkSync(path.resolve('node_modules/serverless'), path.join(folder, 'node_modules/serverless'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** Somebody's service in a cloud of its own. */
export interface ForeignService {
  cloud: Cloud;
  folder: string;
  sls(...args: string[]): Promise<Ended>;
  /** Writes a file of the service. */
  write(name: string, text: string): void;
  /** Calls since the last look that change something, as `CreateFunction`. */
  changes(): string[];
  end(): Promise<void>;
}

/** Starts a cloud and puts files into a folder of their own, which finds the plugin where it is installed. */
export async function startForeign(
  { folder: installed }: Installed,
  files: Readonly<Record<string, string>>,
  options: CloudOptions = {},
): Promise<ForeignService> {
  const cloud = await startCloud({ stateDelayMs: 30, timers: 'on demand', ...options });
  const folder = mkdtempSync(path.join(installed, 'service-'));
  let seen = 0;
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    cloud,
    folder,
    write,
    sls: (...args) => sls(args, cloud.env, folder),
    changes() {
      const calls = cloud.faults.calls.slice(seen).map(({ action }) => action);
      seen = cloud.faults.calls.length;
      return calls.filter(isChange);
    },
    async end() {
      await cloud.close();
      rmSync(folder, { recursive: true });
    },
  };
}

import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Cloud, type CloudOptions, startCloud } from '../cloud/cloud.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { promptly } from '../support/promptly.ts';
import { type Ended, type Running, sls, startSls } from './sls.ts';

/** A cloud of its own with a database of its own, and the command that deploys there. */
export interface Deployment {
  cloud: Cloud;
  database: TestDatabase;
  environment: Record<string, string>;
  /** Runs `sls`; what is built is taken as it stands. */
  sls(...args: string[]): Promise<Ended>;
  start(...args: string[]): Running;
  /** Writes the folder's serverless.yml anew; by default as at the start, which may say something else by now. */
  configure(change?: (text: string) => string): void;
  /** Writes a file of the folder. */
  addFile(name: string, text: string): void;
  readFile(name: string): string;
  /** Calls since the last look that change something, as `CreateFunction`. */
  changes(): string[];
  end(): Promise<void>;
}

/** What is different from a deployment of this project as it is. */
export interface DeploymentOptions extends CloudOptions {
  /** Changes serverless.yml. */
  configure?: (text: string) => string;
}

/** Starts one. The database is empty: setting it up is a part of deploying. */
export async function startDeployment(options: DeploymentOptions = {}): Promise<Deployment> {
  const directory = await serviceFolder(options.configure);
  const [cloud, database] = await Promise.all([
    startCloud({ stateDelayMs: 30, ...options }),
    createTestDatabase({ empty: true }),
  ]);
  const environment: Record<string, string> = {
    ...cloud.env,
    DATABASE_URL: database.url,
    TOKEN_SECRET: 'the-token-secret-of-the-tests-0123456789',
  };
  const withBuilt = ([command = '', ...rest]: string[]) =>
    command === 'deploy' ? [command, ...rest, '--prebuilt'] : [command, ...rest];
  let seen = 0;
  return {
    cloud,
    database,
    environment,
    sls: (...args) => sls(withBuilt(args), environment, directory),
    start: (...args) => startSls(withBuilt(args), environment, directory),
    configure: (change = options.configure) => configureFolder(directory, change),
    addFile: (name, text) => writeFileSync(path.join(directory, name), text),
    readFile: name => readFileSync(path.join(directory, name), 'utf8'),
    changes() {
      const calls = cloud.faults.calls.slice(seen).map(({ action }) => action);
      seen = cloud.faults.calls.length;
      return calls.filter(isChange);
    },
    async end() {
      await cloud.close();
      await promptly('the database is dropped', database.drop());
      rmSync(directory, { recursive: true });
    },
  };
}

/**
 * A folder with this project's parts and a serverless.yml of its own. What is built is copied: another test, or somebody
 * at work, may be building anew at any moment.
 */
export async function serviceFolder(configure?: (text: string) => string): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-service-'));
  for (const name of ['scripts', 'node_modules']) symlinkSync(path.resolve(name), path.join(folder, name));
  configureFolder(folder, configure);
  for (let attempt = 1; ; attempt++) {
    try {
      for (const name of deployed)
        cpSync(path.join('dist', name), path.join(folder, 'dist', name), { recursive: true });
      for (const name of built) statSync(path.join(folder, 'dist', name));
      return folder;
    } catch (error) {
      if (attempt === 20) throw error;
      rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
      await new Promise(resolve => setTimeout(resolve, 500));
    }
  }
}

function configureFolder(folder: string, configure = (text: string) => text): void {
  for (const name of ['serverless.yml', 'serverless.apigateway.yml']) {
    writeFileSync(path.join(folder, name), configure(readFileSync(name, 'utf8')));
  }
}

/** The folders of a build that serverless.yml puts into packages: a quarter of it. */
const deployed = 'bill get_shop_info init_db redeliver register transport cleanup gateway pages web'.split(' ');

/** What a build writes last, or nearly. */
const built = [
  'gateway/scf_bootstrap',
  'gateway/index.js',
  'gateway/functions.js',
  'gateway/web/order.html',
  'bill/index.js',
  'pages/web/order.html',
  'web/order.html',
];

/** Whether a call changes something in the cloud; an invocation is one, since it may set up the database. */
export function isChange(action: string): boolean {
  return !/^(Get|List|Describe|Head|Inquiry)/.test(action);
}

import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { type GatewayOptions, isLoopback } from '../../apigateway/server/options.ts';
import { gatewayOptions } from '../gateway/options.ts';
import { untilSignal } from '../until-signal.ts';
import { type Arguments, helpText, readArguments } from './arguments.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { exampleConfiguration } from './example.ts';

/** What a command calls itself, and where its parts are. */
export interface Command {
  /** As it is typed. */
  name: string;
  version: string;
  homepage?: string | undefined;
  /** Where the schema of gateway.json is, from a folder in which the package is installed. */
  schema?: string | undefined;
}

/** Runs the command line of the gateway. Exit code 2: the arguments are wrong; 1: something else is. */
export async function runCommand(command: Command, args: readonly string[]): Promise<void> {
  let wish: Arguments;
  try {
    wish = readArguments(args);
  } catch (error) {
    return end(2, [(error as Error).message]);
  }
  const steps: Record<Arguments['do'], () => void | Promise<void>> = {
    help: () => void process.stdout.write(helpText(command.name, command.homepage)),
    version: () => console.log(command.version),
    init: () => initialise(wish, command),
    check: () => check(wish.file),
    run: () => run(wish.file),
  };
  await steps[wish.do]();
}

function end(code: number, lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(code);
}

function initialise({ file, isForced }: Arguments, { name, schema }: Command): void {
  if (existsSync(file) && !isForced) end(1, [`${file} is there already: --force puts an example in its place`]);
  writeFileSync(file, exampleConfiguration(schema));
  console.log(`${file} is written: name your functions in it, then start the gateway with ${name}`);
}

/** Paths in the file are from its folder. */
function enterFolderOf(file: string): string {
  const folder = path.dirname(path.resolve(file));
  if (existsSync(folder)) process.chdir(folder);
  return path.basename(file);
}

function read(file: string): Configuration {
  return readConfiguration(file, process.env, configured => {
    const host = configured.host ?? '127.0.0.1';
    return gatewayOptions(configured, { HOST: host, ...given(process.env) });
  });
}

/** Variables that are set to nothing count as unset. */
function given(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

function check(file: string): void {
  const { faults } = read(enterFolderOf(file));
  if (faults.length > 0) end(1, faults);
  console.log(`${file} is right`);
}

async function run(given: string): Promise<void> {
  const file = enterFolderOf(given);
  const { options, faults } = read(file);
  if (faults.length > 0) end(1, faults);
  const { gateway } = await untilSignal(async () => {
    const gateway = await startGateway(options);
    return { gateway, stop: () => gateway.close() };
  });
  // One after another, so that what is written last is what holds in the end.
  let taken = Promise.resolve();
  process.on('SIGHUP', () => {
    taken = taken.then(() => takeOver(gateway, file));
  });
  tell(gateway, options);
  console.log('ready');
}

function tell(gateway: Gateway, options: GatewayOptions): void {
  for (const { path: place, apiId } of options.websockets ?? [])
    console.log(`${gateway.url.replace('http', 'ws')}${place}, send-back URL ${gateway.sendBackUrlToPaste(apiId)}`);
  const { host = '127.0.0.1', signingSecret } = options;
  if (!isLoopback(host) && signingSecret === undefined && /"https?:/i.test(JSON.stringify(options)))
    console.error('SIGNING_SECRET is not set: functions cannot tell calls of this gateway from those of anybody else');
}

async function takeOver(gateway: Gateway, file: string): Promise<void> {
  const { options, faults } = read(file);
  if (faults.length > 0) return console.error([...faults, 'everything stays as it was'].join('\n'));
  try {
    const waiting = await gateway.reconfigure(options);
    tell(gateway, options);
    console.log(`taken over${waiting.length === 0 ? '' : `; for a restart wait ${waiting.join(', ')}`}`);
  } catch (error) {
    console.error(`${(error as Error).message}\neverything stays as it was`);
  }
}

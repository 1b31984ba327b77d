import { readFileSync } from 'node:fs';
import path from 'node:path';
import { given } from '../../functions/runtime/environment.ts';
import { openCloud } from './cloud.ts';
import { info } from './commands/info.ts';
import { logs } from './commands/logs.ts';
import { type Belonging, remove } from './commands/remove.ts';
import type { Context } from './context.ts';
import { CallFailure, DeployError } from './failures.ts';
import { createOutput, type Output } from './output.ts';
import type { Deployed } from './resources/deployed.ts';
import { invokeFunction } from './resources/invoke.ts';
import { readAccess } from './service/access.ts';
import { kilobytes, type Package, writePackages } from './service/packages.ts';
import type { CommandOptions, Serverless, Utilities } from './service/serverless.ts';
import { findFunction, type Settings } from './service/settings.ts';

const force = { force: { usage: 'Ask nothing', type: 'boolean' } };

/** What one kind of service adds to what all have in common. */
export interface ServiceKind<Stage extends Settings> {
  /** What serverless.yml may hold, as JSON Schema. */
  providerSchema: object;
  customSchema?: object;
  /** Options of `deploy` and `package`, by name. */
  options: Readonly<Record<string, { usage: string; type: string }>>;
  /** @throws DeployError that names everything that is wrong */
  readSettings(serverless: Serverless, stage: string): Stage;
  /** Packs what `sls` shall not pack itself, by the function's key; a deployment may do that later. */
  pack(settings: Stage, run: Run): Promise<ReadonlyMap<string, Package>>;
  deploy(context: Context<Stage>, run: Run): Promise<void>;
  deployFunction(context: Context<Stage>, key: string, run: Run): Promise<void>;
  sayAddresses(context: Context<Stage>, deployed: Deployed): Promise<void>;
  /** What goes with a stage besides functions, what calls them, and logs. */
  belongingsOf(context: Context<Stage>): Promise<Belonging[]>;
}

/** What a command runs in. */
export interface Run {
  serverless: Serverless;
  options: CommandOptions;
  isDeployment: boolean;
}

/** Makes the provider plugin for one kind of service; `sls` calls what this answers with `new`. */
export function createProvider<Stage extends Settings>(kind: ServiceKind<Stage>) {
  return function Provider(serverless: Serverless, options: CommandOptions, utilities: Utilities) {
    // What is no site is refused with everything else that is wrong, when a command runs.
    const out = createOutput(utilities, given('TENCENT_SITE', process.env) === 'intl' ? 'intl' : 'china');
    serverless.setProvider('tencent', {});
    serverless.configSchemaHandler.defineProvider('tencent', kind.providerSchema);
    if (kind.customSchema !== undefined) serverless.configSchemaHandler.defineCustomProperties(kind.customSchema);

    let whole: Stage | undefined;
    // Read once: what is packed is written into what it was read from.
    const settings = () => {
      whole ??= kind.readSettings(serverless, stageOf(serverless, options));
      return whole;
    };
    const context = (): Context<Stage> => {
      const read = settings();
      const access = readAccess(serverless.service.provider.region ?? '', process.env);
      out.hide([access.secretKey, access.token ?? '']);
      return { settings: read, cloud: openCloud(access), out, environment: process.env };
    };
    const command = (supported: string[], work: () => Promise<void>) => async () => {
      try {
        refuseOptions(serverless.processedInput.options, supported);
        await work();
      } catch (error) {
        throw errorToShow(serverless, out, error);
      } finally {
        out.end();
      }
    };
    const own = Object.keys(kind.options);
    const run = (): Run => ({
      serverless,
      options,
      isDeployment: serverless.processedInput.commands[0] === 'deploy',
    });
    const pack = async () => {
      const folder = path.resolve(serverless.serviceDir, options.package ?? '.serverless');
      const written = await writePackages(await kind.pack(settings(), run()), folder);
      for (const [key, { file, bytes }] of written) {
        out.line(`${path.relative(serverless.serviceDir, file)}  ${kilobytes(bytes)}`);
        const each = serverless.service.functions[key];
        if (each !== undefined) each.package = { ...each.package, artifact: file };
      }
    };

    return {
      provider: 'tencent',
      commands: {
        deploy: { options: kind.options, commands: { function: { options: kind.options } } },
        package: { options: kind.options },
        remove: { options: force },
      },
      hooks: {
        'before:package:createDeploymentArtifacts': command(['package', 'force', ...own], pack),
        'deploy:deploy': command(['force', 'package', ...own], () => kind.deploy(context(), run())),
        'deploy:function:deploy': command(['function', 'force', ...own], () =>
          kind.deployFunction(context(), options.function ?? '', run()),
        ),
        'info:info': command([], () => info(context(), kind.sayAddresses)),
        'invoke:invoke': command(['function', 'data', 'path'], async () => {
          const read = context();
          const { name } = findFunction(read.settings, options.function);
          const answer = await invokeFunction(read.cloud, name, eventOf(options), out.line);
          out.answer(`${JSON.stringify(answer, undefined, 2)}`);
        }),
        'logs:logs': command(['function', 'tail', 'startTime', 'filter', 'interval'], () => {
          const read = context();
          const intervalMs = Number(options.interval ?? 2_000);
          const since = options.startTime ?? (options.tail ? '1m' : '1h');
          return logs(
            read,
            findFunction(read.settings, options.function).name,
            { isTail: options.tail === true, since, filter: options.filter, intervalMs },
            Date.now,
          );
        }),
        'remove:remove': command(['force'], () => {
          const read = context();
          return remove(read, options.force === true, () => kind.belongingsOf(read));
        }),
      },
    };
  };
}

function stageOf(serverless: Serverless, options: CommandOptions): string {
  return options.stage ?? serverless.service.provider.stage ?? 'dev';
}

function eventOf({ data, path: file }: CommandOptions): unknown {
  const text = file === undefined ? (data ?? '{}') : readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new DeployError(`the event is no JSON: ${text.slice(0, 60)}`);
  }
}

/** `sls` knows options of other providers for these commands; what would be ignored is refused. */
function refuseOptions(given: CommandOptions, supported: string[]): void {
  const common = ['stage', 'config', 'param', 'verbose', 'debug', 'help', 'version'];
  const unknown = Object.entries(given).flatMap(([name, value]) =>
    value === undefined || value === null || value === false || common.includes(name) || supported.includes(name)
      ? []
      : [`--${name}`],
  );
  if (unknown.length > 0)
    throw new DeployError(
      `unknown option ${unknown.join(', ')}: supported are ${supported.map(name => `--${name}`).join(', ') || 'none'}`,
    );
}

/** What a person can act on is shown as it is; anything else is a fault of ours and keeps its stack. Secrets never. */
function errorToShow(serverless: Serverless, out: Output, error: unknown): Error {
  if (error instanceof CallFailure || error instanceof DeployError) {
    return new serverless.classes.Error(
      out.clean(error.message),
      error.name === 'CallFailure' ? 'TENCENT_CALL_FAILED' : 'TENCENT_DEPLOY',
    );
  }
  if (!(error instanceof Error)) return new Error(out.clean(String(error)));
  error.message = out.clean(error.message);
  error.stack = out.clean(error.stack ?? '');
  return error;
}

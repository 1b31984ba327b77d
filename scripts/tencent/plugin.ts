import { readFileSync } from 'node:fs';
import path from 'node:path';
import { given } from '../../functions/runtime/environment.ts';
import { openCloud } from './cloud.ts';
import { deploy } from './commands/deploy.ts';
import { deployFunction } from './commands/deploy-function.ts';
import { info } from './commands/info.ts';
import { logs } from './commands/logs.ts';
import { remove } from './commands/remove.ts';
import type { Context } from './context.ts';
import { CallFailure, DeployError } from './failures.ts';
import { createOutput, type Output } from './output.ts';
import { invokeFunction } from './resources/invoke.ts';
import { kilobytes, readPackages, type WrittenPackages, writePackages } from './service/packages.ts';
import { customSchema, providerSchema } from './service/schema.ts';
import type { CommandOptions, Serverless, Utilities } from './service/serverless.ts';
import { findFunction, readAccess, readSettings } from './service/settings.ts';

const prebuilt = { prebuilt: { usage: 'Take dist/ as it stands instead of building it', type: 'boolean' } };
const force = { force: { usage: 'Ask nothing', type: 'boolean' } };

/** The provider plugin; `sls` calls it with `new`. */
export function TencentProvider(serverless: Serverless, options: CommandOptions, utilities: Utilities) {
  // What is no site is refused with everything else that is wrong, when a command runs.
  const out = createOutput(utilities, given('TENCENT_SITE', process.env) === 'intl' ? 'intl' : 'china');
  serverless.setProvider('tencent', {});
  serverless.configSchemaHandler.defineProvider('tencent', providerSchema);
  serverless.configSchemaHandler.defineCustomProperties(customSchema);

  const settings = () => readSettings(serverless, stageOf(serverless, options));
  const context = (): Context => {
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

  return {
    provider: 'tencent',
    commands: {
      deploy: { options: prebuilt, commands: { function: { options: prebuilt } } },
      package: { options: prebuilt },
      remove: { options: force },
    },
    hooks: {
      'before:package:createDeploymentArtifacts': command(['package', 'prebuilt', 'force'], async () => {
        // A deployment packs by itself: what goes into the gateway's package is known only then.
        const isDeploying = serverless.processedInput.commands[0] === 'deploy';
        const folder = options.package ?? path.join(serverless.serviceDir, '.serverless');
        const { functions } = settings();
        const written: WrittenPackages = isDeploying
          ? new Map()
          : await writePackages(await readPackages(functions, options.prebuilt === true), folder);
        for (const { file, bytes } of written.values())
          out.line(`${path.relative(serverless.serviceDir, file)}  ${kilobytes(bytes)}`);
        // `sls` packs nothing by itself where an artifact is named.
        for (const [key, each] of Object.entries(serverless.service.functions)) {
          each.package = { artifact: written.get(key)?.file ?? path.join(serverless.serviceDir, 'serverless.yml') };
        }
      }),
      'deploy:deploy': command(['force', 'prebuilt'], () => deploy(context(), { isBuilt: options.prebuilt === true })),
      'deploy:function:deploy': command(['function', 'force', 'prebuilt'], () =>
        deployFunction(context(), options.function ?? '', { isBuilt: options.prebuilt === true }),
      ),
      'info:info': command([], () => info(context())),
      'invoke:invoke': command(['function', 'data', 'path'], async () => {
        const read = context();
        const answer = await invokeFunction(
          read.cloud,
          findFunction(read.settings, options.function).name,
          eventOf(options),
          out.line,
        );
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
      'remove:remove': command(['force'], () => remove(context(), options.force === true)),
    },
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

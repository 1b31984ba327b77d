import { given } from '../../../functions/runtime/environment.ts';
import type { Context } from '../context.ts';
import { knownUrls } from '../resources/addresses.ts';
import { readSendBackUrl } from '../resources/api-gateway.ts';
import { chooseDatabase } from '../resources/database.ts';
import { type Deployed, readDeployed } from '../resources/deployed.ts';
import { ensureLogTopic } from '../resources/log-topic.ts';
import type { FunctionUrls } from '../resources/triggers.ts';
import { newSecret, problemsOfVariables, type SharedValues, secretsIn, variablesOf } from '../service/environment.ts';
import { checkSize, type Packages, readPackages } from '../service/packages.ts';
import { type FunctionSettings, refuse, type Settings } from '../service/settings.ts';
import { problemsOfValues } from '../service/values.ts';

/** How to deploy. */
export interface DeployOptions {
  /** Whether `dist/` is taken as it stands. */
  isBuilt: boolean;
}

/** What a deployment works with: what shall be, and what is there. The two maps are kept up to date as it goes on. */
export interface Work extends Readonly<Context> {
  readonly packages: Packages;
  readonly deployed: Deployed;
  readonly shared: Readonly<SharedValues>;
  /** By the function's key. */
  readonly urls: Map<string, FunctionUrls>;
}

/** As long as the URL of a database that is yet to be made. */
const comingDatabaseUrl = `postgres://${'x'.repeat(80)}`;

/**
 * Packs and reads what these functions need, and the database with it: the last step, since one may have to be made.
 * @throws DeployError for what can be known to fail, before anything is changed
 */
export async function prepare(
  context: Context,
  functions: FunctionSettings[],
  { isBuilt }: DeployOptions,
): Promise<Work> {
  const { cloud, settings, out, environment } = context;
  out.doing('building');
  const packages = await readPackages(functions, isBuilt);
  out.doing(`reading what stage ${settings.stage} has`);
  const deployed = await readDeployed(context);
  const { variables } = deployed;
  const text = (name: string) => given(name, environment);
  const shared: SharedValues = {
    databaseUrl: text('DATABASE_URL') ?? variables.DATABASE_URL ?? comingDatabaseUrl,
    // With another one, the links of all customers would go dead.
    tokenSecret: text('TOKEN_SECRET') ?? variables.TOKEN_SECRET ?? newSecret(),
    tokenSecretBefore: text('TOKEN_SECRET_BEFORE'),
    redisUrl: text('REDIS_URL') ?? variables.REDIS_URL,
    sendBackUrl: settings.mode === 'apigateway' ? await readSendBackUrl(cloud, settings) : undefined,
  };
  out.hide(
    secretsIn({
      TOKEN_SECRET: shared.tokenSecret,
      TOKEN_SECRET_BEFORE: shared.tokenSecretBefore ?? '',
      REDIS_URL: shared.redisUrl ?? '',
    }),
  );
  await refuseBeforehand(context, functions, packages, shared);
  shared.databaseUrl = await chooseDatabase(cloud, settings, text('DATABASE_URL'), variables.DATABASE_URL, out);
  out.hide([shared.databaseUrl]);
  const logTopic = await ensureLogTopic(cloud, settings, out.changed);
  return {
    ...context,
    settings: { ...settings, logTopic },
    packages,
    deployed,
    shared,
    urls: knownUrls(settings.functions, deployed),
  };
}

/** What the functions would refuse at their start; what several would is said once. */
function wrongValuesIn(
  settings: Settings,
  functions: FunctionSettings[],
  packages: Packages,
  shared: SharedValues,
): string[] {
  const keysOf = new Map<string, string[]>();
  for (const each of functions) {
    const files = packages.get(each.key) ?? [];
    for (const problem of problemsOfValues(each, variablesOf(each, shared, settings), files))
      keysOf.set(problem, [...(keysOf.get(problem) ?? []), `functions.${each.key}`]);
  }
  return [...keysOf].map(([problem, keys]) => `${keys.join(', ')}: ${problem}`);
}

async function refuseBeforehand(
  { settings }: Context,
  functions: FunctionSettings[],
  packages: Packages,
  shared: SharedValues,
): Promise<void> {
  const problems = functions.flatMap(each => problemsOfVariables(each.key, variablesOf(each, shared, settings)));
  problems.push(...wrongValuesIn(settings, functions, packages, shared));
  for (const { key, web } of functions) {
    await checkSize(packages, key).catch((error: Error) => problems.push(error.message));
    if (web !== undefined && !packages.get(key)?.some(file => file.executable))
      problems.push(`functions.${key}: dist/${key} has no scf_bootstrap`);
  }
  refuse(problems);
}

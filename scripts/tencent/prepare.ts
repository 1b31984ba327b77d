import { knownUrls } from './addresses.ts';
import { readSendBackUrl } from './api-gateway.ts';
import type { Context } from './context.ts';
import { chooseDatabase } from './database.ts';
import { type Deployed, readDeployed } from './deployed.ts';
import { newSecret, problemsOfVariables, type SharedValues, secretsIn, variablesOf } from './environment.ts';
import { type Packages, packageOf, readPackages } from './packages.ts';
import { type FunctionSettings, refuse } from './settings.ts';
import type { FunctionUrls } from './triggers.ts';

/** How to deploy. */
export interface DeployOptions {
  /** Whether `dist/` is taken as it stands. */
  isBuilt: boolean;
}

/** What a deployment works with: what shall be, and what is there. */
export interface Work extends Context {
  packages: Packages;
  deployed: Deployed;
  shared: SharedValues;
  /** By the function's key. */
  urls: Map<string, FunctionUrls>;
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
  const given = (name: string) => environment[name]?.trim() || undefined;
  const shared: SharedValues = {
    databaseUrl: given('DATABASE_URL') ?? variables.DATABASE_URL ?? comingDatabaseUrl,
    // With another one, the links of all customers would go dead.
    tokenSecret: given('TOKEN_SECRET') ?? variables.TOKEN_SECRET ?? newSecret(),
    redisUrl: given('REDIS_URL') ?? variables.REDIS_URL,
    sendBackUrl: settings.mode === 'apigateway' ? await readSendBackUrl(cloud, settings) : undefined,
  };
  out.hide(secretsIn({ TOKEN_SECRET: shared.tokenSecret, REDIS_URL: shared.redisUrl ?? '' }));
  await refuseBeforehand(context, functions, packages, shared);
  shared.databaseUrl = await chooseDatabase(cloud, settings, given('DATABASE_URL'), variables.DATABASE_URL, out);
  out.hide([shared.databaseUrl]);
  return { ...context, packages, deployed, shared, urls: knownUrls(settings.functions, deployed) };
}

async function refuseBeforehand(
  { settings }: Context,
  functions: FunctionSettings[],
  packages: Packages,
  shared: SharedValues,
): Promise<void> {
  const problems = functions.flatMap(each => problemsOfVariables(each.key, variablesOf(each, shared, settings)));
  if (shared.redisUrl !== undefined && !/^rediss?:\/\/[^/]/.test(shared.redisUrl))
    problems.push('REDIS_URL: is no Redis URL; it looks like redis://:password@host:6379');
  for (const { key, web } of functions) {
    await packageOf(packages, key).catch((error: Error) => problems.push(error.message));
    if (web !== undefined && !packages.get(key)?.some(file => file.executable))
      problems.push(`functions.${key}: dist/${key} has no scf_bootstrap`);
  }
  refuse(problems);
}

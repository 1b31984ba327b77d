import { given } from '../../functions/runtime/environment.ts';
import type { Context } from '../tencent/context.ts';
import { readSendBackUrls } from '../tencent/resources/api-gateway.ts';
import { readDeployed } from '../tencent/resources/deployed.ts';
import { ensureLogTopic } from '../tencent/resources/log-topic.ts';
import { knownUrls } from '../tencent/resources/triggers.ts';
import { newSecret, problemsOfVariables, secretsIn } from '../tencent/service/environment.ts';
import { refuse } from '../tencent/service/settings.ts';
import type { Work } from '../tencent/steps/deploy-code.ts';
import { pagesOrigin } from './addresses.ts';
import { chooseDatabase } from './database.ts';
import { checkSize, type Packages, packageFor, readPackages } from './packages.ts';
import type { OrderingFunction, OrderingSettings } from './settings.ts';
import { problemsOfValues } from './values.ts';
import { type SharedValues, variablesOf } from './variables.ts';

/** How to deploy. */
export interface DeployOptions {
  /** Whether `dist/` is taken as it stands. */
  isBuilt: boolean;
}

/** What a deployment of this project works with. */
export interface OrderingWork extends Work<OrderingSettings> {
  readonly shared: Readonly<SharedValues>;
}

/** As long as the URL of a database that is yet to be made. */
const comingDatabaseUrl = `postgres://${'x'.repeat(80)}`;

/**
 * Packs and reads what these functions need, and the database with it: the last step, since one may have to be made.
 * @throws DeployError for what can be known to fail, before anything is changed
 */
export async function prepare(
  context: Context<OrderingSettings>,
  functions: OrderingFunction[],
  { isBuilt }: DeployOptions,
): Promise<OrderingWork> {
  const { cloud, settings, out, environment } = context;
  out.doing('building');
  const packages = await readPackages(functions, isBuilt);
  out.doing(`reading what stage ${settings.stage} has`);
  const deployed = await readDeployed(context);
  const { variables } = deployed;
  const initDb = settings.functions.find(({ key }) => key === 'init_db')?.name ?? '';
  const ownersUrl = deployed.functions.get(initDb)?.variables.DATABASE_URL ?? variables.DATABASE_URL;
  const text = (name: string) => given(name, environment);
  const shared: SharedValues = {
    databaseUrl: text('DATABASE_URL') ?? ownersUrl ?? comingDatabaseUrl,
    runtimeDatabaseUrl: text('RUNTIME_DATABASE_URL') ?? variables.RUNTIME_DATABASE_URL,
    // With another one, the links of all customers would go dead.
    tokenSecret: text('TOKEN_SECRET') ?? variables.TOKEN_SECRET ?? newSecret(),
    tokenSecretBefore: text('TOKEN_SECRET_BEFORE'),
    redisUrl: text('REDIS_URL') ?? variables.REDIS_URL,
    sendBackUrl: settings.mode === 'apigateway' ? (await readSendBackUrls(cloud, settings)).pgws : undefined,
  };
  out.hide(
    secretsIn({
      TOKEN_SECRET: shared.tokenSecret,
      TOKEN_SECRET_BEFORE: shared.tokenSecretBefore ?? '',
      REDIS_URL: shared.redisUrl ?? '',
      RUNTIME_DATABASE_URL: shared.runtimeDatabaseUrl ?? '',
    }),
  );
  await refuseBeforehand(context, functions, packages, shared);
  shared.databaseUrl = await chooseDatabase(cloud, settings, text('DATABASE_URL'), ownersUrl, out);
  out.hide([shared.databaseUrl]);
  const logTopic = await ensureLogTopic(cloud, settings, out.changed);
  const { bucket, origins } = settings;
  const urls = knownUrls(settings.functions, deployed.functions);
  const work = {
    ...{ ...context, settings: { ...settings, logTopic }, deployed, urls },
    // Orders carry no cookies, so any page may call; with a domain of our own only that one and those that are named.
    corsOrigins: bucket === undefined ? ['*'] : [bucket.domain, ...origins],
    packageOf: ({ key }: { key: string }, addresses?: object) => packageFor(packages, key, addresses),
  };
  return withShared(work, shared);
}

/** The same deployment, whose functions share these values. */
export function withShared(work: Omit<OrderingWork, 'shared' | 'variablesOf'>, shared: SharedValues): OrderingWork {
  const { settings, urls } = work;
  return {
    ...work,
    shared,
    variablesOf: each => variablesOf(each, shared, settings, urls.get(each.key)?.http, pagesOrigin(work)),
  };
}

/** What the functions would refuse at their start; what several would is said once. */
function wrongValuesIn(
  settings: OrderingSettings,
  functions: OrderingFunction[],
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
  { settings }: Context<OrderingSettings>,
  functions: OrderingFunction[],
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

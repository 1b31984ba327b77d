import { knownUrls, pageAddresses, sayLinks, urlOf, webSocketOf } from './addresses.ts';
import { applyApiGateway, readSendBackUrl, removeApiGateway } from './api-gateway.ts';
import { applyBucket } from './bucket.ts';
import { type Context, eachOf } from './context.ts';
import { chooseDatabase } from './database.ts';
import { type Deployed, readDeployed } from './deployed.ts';
import {
  newSecret,
  problemsOfVariables,
  type SharedValues,
  secretsIn,
  type Variables,
  variablesOf,
} from './environment.ts';
import { DeployError } from './failures.ts';
import { initialise } from './initialise.ts';
import { kilobytes, type Packages, packageOf, readFolder, readPackages } from './packages.ts';
import { applyFunction, type PresentFunction, removeFunction, stepsOf } from './scf.ts';
import { type Addresses, selfCheck } from './self-check.ts';
import { type FunctionSettings, refuse } from './settings.ts';
import { applyTriggers, type FunctionUrls } from './triggers.ts';
import type { PackageFile, Zip } from './zip.ts';

/** How to deploy. */
export interface DeployOptions {
  /** Whether `dist/` is taken as it stands. */
  isBuilt: boolean;
}

/** Brings the stage to what serverless.yml says: makes what is missing, changes what differs, removes what is left over. */
export async function deploy(context: Context, { isBuilt }: DeployOptions): Promise<void> {
  const { settings, out } = context;
  out.doing('building');
  const packages = await readPackages(settings.functions, isBuilt);
  const pages = settings.bucket === undefined ? [] : readFolder('web');
  out.doing(`reading what stage ${settings.stage} has`);
  const deployed = await readDeployed(context);
  const shared = await sharedValues(context, deployed);
  const work: Work = { ...context, packages, deployed, shared, urls: knownUrls(settings.functions, deployed) };
  await refuseBeforehand(work);

  const addresses = settings.mode === 'webfunction' ? await deployWebFunction(work) : await deployApiGateway(work);
  await removeLeftovers(work);
  await deployPages(work, pages, addresses);
  out.doing('setting up the database');
  const keys = await initialise(context, addresses);
  out.doing('checking that it works');
  await selfCheck(addresses, keys);
  out.end();
  if (out.changes === 0) out.line(`nothing to change: stage ${settings.stage} is as serverless.yml says`);
  sayLinks(context, addresses, keys);
}

/**
 * Brings one function up to date, code and configuration; everything else stays.
 * @throws DeployError when the stage is not deployed yet
 */
export async function deployFunction(context: Context, key: string, { isBuilt }: DeployOptions): Promise<void> {
  const { settings, out, cloud } = context;
  const each = settings.functions.find(one => one.key === key);
  if (each === undefined)
    throw new DeployError(
      `there is no function ${key} in mode ${settings.mode}; there are ${settings.functions.map(one => one.key).join(', ')}`,
    );
  out.doing('building');
  const packages = await readPackages([each], isBuilt);
  out.doing(`reading what stage ${settings.stage} has`);
  const deployed = await readDeployed(context);
  if (!deployed.functions.has(each.name))
    throw new DeployError(`${each.name} is not deployed yet: run \`npx sls deploy\` first`);
  const work: Work = {
    ...context,
    packages,
    deployed,
    shared: await sharedValues(context, deployed),
    urls: knownUrls(settings.functions, deployed),
  };
  refuse(problemsOfVariables(key, variablesOf(each, work.shared, settings)));
  await apply(work, each, each.web === undefined ? undefined : pageAddresses(work, each));
  await applyTriggers(cloud, each, present(work, each), corsOrigins(work), out.changed);
  out.end();
  if (out.changes === 0) out.line(`nothing to change: ${key} is as it should be`);
}

interface Work extends Context {
  packages: Packages;
  deployed: Deployed;
  shared: SharedValues;
  /** By the function's key. */
  urls: Map<string, FunctionUrls>;
}

async function sharedValues(
  { cloud, settings, environment, out }: Context,
  { variables }: Deployed,
): Promise<SharedValues> {
  const given = (name: string) => environment[name]?.trim() || undefined;
  const databaseUrl = await chooseDatabase(cloud, settings, given('DATABASE_URL'), variables.DATABASE_URL, out);
  const shared = {
    databaseUrl,
    // With another one, the links of all customers would go dead.
    tokenSecret: given('TOKEN_SECRET') ?? variables.TOKEN_SECRET ?? newSecret(),
    redisUrl: given('REDIS_URL') ?? variables.REDIS_URL,
    sendBackUrl: settings.mode === 'apigateway' ? await readSendBackUrl(cloud, settings) : undefined,
  };
  out.hide(
    secretsIn({ DATABASE_URL: databaseUrl, TOKEN_SECRET: shared.tokenSecret, REDIS_URL: shared.redisUrl ?? '' }),
  );
  return shared;
}

/** What can be known to fail is said before anything is changed. */
async function refuseBeforehand({ settings, shared, packages }: Work): Promise<void> {
  const problems = settings.functions.flatMap(each =>
    problemsOfVariables(each.key, variablesOf(each, shared, settings)),
  );
  for (const { key, web } of settings.functions) {
    await packageOf(packages, key).catch((error: Error) => problems.push(error.message));
    if (web !== undefined && !packages.get(key)?.some(file => file.executable))
      problems.push(`functions.${key}: dist/${key} has no scf_bootstrap`);
  }
  refuse(problems);
}

/** Functions behind their own URLs; then the gateway, whose pages are told those URLs. */
async function deployWebFunction(work: Work): Promise<Addresses> {
  const { settings } = work;
  const gateway = settings.functions.find(({ web }) => web !== undefined);
  if (gateway === undefined)
    throw new DeployError('no function of serverless.yml has `web`: one has to be the gateway');
  await eachOf(
    settings.functions.filter(each => each !== gateway),
    4,
    each => applyWithTriggers(work, each),
  );
  // The first time its own address is known only afterwards.
  const before = work.urls.get(gateway.key)?.http;
  await applyWithTriggers(work, gateway, pageAddresses(work, gateway));
  if (work.urls.get(gateway.key)?.http !== before) await applyWithTriggers(work, gateway, pageAddresses(work, gateway));
  const own = work.urls.get(gateway.key);
  return {
    bill: urlOf(work, 'bill'),
    getShopInfo: urlOf(work, 'get_shop_info'),
    webSocket: `${webSocketOf(own)}/pgws`,
    pages: settings.bucket?.domain ?? own?.http ?? '',
  };
}

/** Functions, then the gateway in front of them, then the functions once more if they did not know where to push. */
async function deployApiGateway(work: Work): Promise<Addresses> {
  const { settings, cloud, out } = work;
  const isFirst = work.shared.sendBackUrl === undefined;
  // Before there is a way to push, the timer would only fail.
  await eachOf(settings.functions, 4, each =>
    isFirst ? apply(work, each) : applyWithTriggers(work, withoutUrl(each)),
  );
  out.doing('API Gateway');
  const gateway = await applyApiGateway(cloud, settings, out.changed);
  if (gateway.sendBackUrl !== work.shared.sendBackUrl) {
    work.shared = { ...work.shared, sendBackUrl: gateway.sendBackUrl };
    out.hide([gateway.sendBackUrl]);
    await eachOf(settings.functions, 4, each => applyWithTriggers(work, withoutUrl(each)));
  }
  return {
    bill: `${gateway.http}/bill`,
    getShopInfo: `${gateway.http}/get_shop_info`,
    webSocket: gateway.webSocket,
    pages: settings.bucket?.domain ?? '',
  };
}

async function applyWithTriggers(work: Work, each: FunctionSettings, addresses?: object): Promise<void> {
  await apply(work, each, addresses);
  const urls = await applyTriggers(work.cloud, each, present(work, each), corsOrigins(work), work.out.changed);
  if (urls !== undefined) work.urls.set(each.key, urls);
}

async function apply(work: Work, each: FunctionSettings, addresses?: object): Promise<void> {
  const { cloud, settings, packages, deployed, shared, out } = work;
  const variables: Variables = variablesOf(each, shared, settings, work.urls.get(each.key)?.http);
  const zip = await packageOf(packages, each.key, addresses);
  const before = deployed.functions.get(each.name);
  const steps = stepsOf(settings, each, variables, zip, before);
  if (steps.length > 0) out.doing(`${each.key}: ${wordsFor(steps)}`);
  const isSettled = before?.status === 'Active';
  const after = steps.length === 0 && isSettled ? before : await applyFunction(cloud, settings, each, variables, zip);
  deployed.functions.set(each.name, after);
  if (steps.length > 0) out.changed(`${each.key}: ${wordsFor(steps)}, ${sizes(zip, before)}`);
}

function wordsFor(steps: string[]): string {
  return steps.includes('create')
    ? 'created'
    : steps.includes('replace')
      ? 'replaced'
      : `${steps.join(' and ')} changed`;
}

function sizes({ bytes }: Zip, before: PresentFunction | undefined): string {
  const now = kilobytes(bytes.length);
  if (before === undefined || before.codeSize === 0 || before.codeSize === bytes.length) return now;
  return `${now} (${kilobytes(before.codeSize)} before)`;
}

async function removeLeftovers({ cloud, settings, deployed, out }: Work): Promise<void> {
  const wanted = new Set(settings.functions.map(({ name }) => name));
  await eachOf(
    [...deployed.functions.keys()].filter(name => !wanted.has(name)),
    4,
    async name => {
      await removeFunction(cloud, name);
      out.changed(`${name} removed: serverless.yml does not name it any more`);
    },
  );
  // Its functions tell whether the stage ran behind API Gateway before; asking costs a call to a product many cannot use.
  const hadGateway = deployed.variables.SEND_BACK_URL !== undefined;
  if (settings.mode === 'webfunction' && hadGateway && (await removeApiGateway(cloud, settings)))
    out.changed('API Gateway service removed');
}

async function deployPages({ settings, cloud, out }: Work, pages: PackageFile[], addresses: Addresses): Promise<void> {
  if (settings.bucket === undefined) return;
  out.doing('uploading the pages');
  const { bill, getShopInfo, webSocket } = addresses;
  const told = { bill, getShopInfo, websocket: webSocket };
  await applyBucket(cloud, settings, settings.bucket.bucket, pages, told, out.changed);
}

/** Behind API Gateway a function needs no URL of its own. */
function withoutUrl(each: FunctionSettings): FunctionSettings {
  return { ...each, http: undefined };
}

/** Orders carry no cookies, so any page may call; with a domain of our own only that one. */
function corsOrigins({ settings: { bucket } }: Work): string[] {
  return bucket === undefined ? ['*'] : [bucket.domain];
}

function present({ deployed }: Work, { name }: FunctionSettings): PresentFunction {
  const found = deployed.functions.get(name);
  if (found === undefined) throw new DeployError(`${name} is not deployed`);
  return found;
}

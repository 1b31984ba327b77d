import type { Context } from '../context.ts';
import { DeployError } from '../failures.ts';
import { fetchPatiently } from '../fetch-patiently.ts';
import { eachOf } from '../patience.ts';
import { convergeApiGateway, readSendBackUrls } from '../resources/api-gateway.ts';
import { type Deployed, readDeployed } from '../resources/deployed.ts';
import { ensureLogTopic } from '../resources/log-topic.ts';
import { knownUrls } from '../resources/triggers.ts';
import { newSecret, problemsOfVariables, secretsIn, type Variables } from '../service/environment.ts';
import type { Package } from '../service/packages.ts';
import type { Serverless } from '../service/serverless.ts';
import { type FunctionSettings, findFunction, refuse } from '../service/settings.ts';
import { deployCode, deployCodeAndTriggers, type Work } from '../steps/deploy-code.ts';
import { removeLeftovers } from '../steps/remove-leftovers.ts';
import { sayAddresses } from './addresses.ts';
import { checkBuckets, deployBuckets, readBucketFiles, sayWebsites } from './buckets.ts';
import { packedBySls, packFolders } from './packages.ts';
import { gatewayKey, type PlainFunction, type PlainSettings } from './settings.ts';
import { sendBackUrlsOf, variablesOf } from './variables.ts';

type PlainWork = Work<PlainSettings>;

/** Brings the stage to what serverless.yml says: makes what is missing, changes what differs, removes what is left over. */
export async function deploy(context: Context<PlainSettings>, serverless: Serverless): Promise<void> {
  const { settings, out } = context;
  const files = readBucketFiles(settings, serverless.serviceDir, refuse);
  await checkBuckets(context);
  const work = await prepare(context, serverless, settings.functions);
  if (settings.mode === 'apigateway') await deployApiGateway(work);
  else await deployWebFunction(work);
  await removeLeftovers(work);
  await deployBuckets(work, files);
  await checkGateway(work);
  out.end();
  if (out.changes === 0) out.line(`nothing to change: stage ${settings.stage} is as serverless.yml says`);
  await sayAddresses(work, work.urls);
  sayWebsites(work);
}

/**
 * Brings one function up to date, code, configuration and what calls it; everything else stays.
 * @throws DeployError when the stage is not deployed yet
 */
export async function deployFunction(
  context: Context<PlainSettings>,
  key: string,
  serverless: Serverless,
): Promise<void> {
  const { settings, out } = context;
  const each = findFunction(settings, key);
  const work = await prepare(context, serverless, [each]);
  if (!work.deployed.functions.has(each.name))
    throw new DeployError(`${each.name} is not deployed yet: run \`npx sls deploy\` first`);
  await deployCodeAndTriggers(work, each);
  out.end();
  if (out.changes === 0) out.line(`nothing to change: ${key} is as it should be`);
}

/** @throws DeployError for what can be known to fail, before anything is changed */
async function prepare(
  context: Context<PlainSettings>,
  serverless: Serverless,
  functions: PlainFunction[],
): Promise<PlainWork> {
  const { cloud, settings, out } = context;
  const folders = packFolders(settings, serverless.serviceDir);
  const packages = new Map(functions.map(({ key }) => [key, folders.get(key) ?? packedBySls(serverless, key)]));
  out.doing(`reading what stage ${settings.stage} has`);
  const deployed = await readDeployed(context);
  const sendBackUrls = settings.mode === 'apigateway' ? await readSendBackUrls(cloud, settings) : undefined;
  const work = withSendBackUrls(packed(context, deployed, packages), secretOf(context, deployed), sendBackUrls);
  const problems = functions.flatMap(each => problemsOfVariables(each.key, work.variablesOf(each)));
  for (const pack of packages.values()) await pack.zip().catch((error: Error) => problems.push(error.message));
  refuse(problems);
  for (const each of functions) out.hide(secretsIn(work.variablesOf(each)));
  const logTopic = await ensureLogTopic(cloud, settings, out.changed);
  return { ...work, settings: { ...settings, logTopic } };
}

function packed(context: Context<PlainSettings>, deployed: Deployed, packages: ReadonlyMap<string, Package>) {
  const { settings } = context;
  return {
    ...context,
    deployed,
    urls: knownUrls(settings.functions, deployed.functions),
    corsOrigins: settings.corsOrigins,
    packageOf({ key }: FunctionSettings): Package {
      const found = packages.get(key);
      if (found === undefined) throw new Error(`${key} is not packed`);
      return found;
    },
  };
}

/** The functions' password at the gateway stays what it was, or pushes would fail during a deployment. */
function secretOf({ settings }: Context<PlainSettings>, { functions }: Deployed): string {
  const gateway = settings.functions.find(({ key, web }) => key === gatewayKey && web !== undefined);
  return functions.get(gateway?.name ?? '')?.variables.SEND_BACK_SECRET ?? newSecret();
}

/** The same deployment, whose functions push to these URLs; without, to those of our gateway as far as they are known. */
function withSendBackUrls(
  work: Omit<PlainWork, 'variablesOf'>,
  secret: string,
  given: Readonly<Record<string, string>> | undefined,
): PlainWork & { informed(urls: Readonly<Record<string, string>>): PlainWork } {
  const { settings, urls, cloud } = work;
  const endpoint = cloud.access.apiEndpoint;
  return {
    ...work,
    variablesOf: (each): Variables =>
      variablesOf(each, settings, given ?? sendBackUrlsOf(settings, urls.get(gatewayKey), secret), {
        secret,
        endpoint,
      }),
    informed: next => withSendBackUrls(work, secret, next),
  };
}

/** The gateway before the functions, when they do not know yet where to push; else after, when what it calls is there. */
async function deployWebFunction(work: PlainWork): Promise<void> {
  const gateway = work.settings.functions.find(({ web }) => web !== undefined);
  const isNew = !work.urls.has(gatewayKey);
  if (gateway !== undefined && isNew) await deployCodeAndTriggers(work, gateway);
  await eachOf(
    work.settings.functions.filter(({ web }) => web === undefined),
    4,
    each => deployCodeAndTriggers(work, each),
  );
  if (gateway !== undefined && !isNew) await deployCodeAndTriggers(work, gateway);
}

/** Functions, then the gateway in front of them, then the functions once more if they did not know where to push. */
async function deployApiGateway(work: PlainWork & { informed?: unknown }): Promise<void> {
  const { settings, cloud, out } = work;
  await eachOf(settings.functions, 4, each => deployCode(work, each));
  out.doing('API Gateway');
  const { sendBackUrls } = await convergeApiGateway(cloud, settings, out.changed);
  out.hide(Object.values(sendBackUrls));
  const informed = (work as ReturnType<typeof withSendBackUrls>).informed(sendBackUrls);
  await eachOf(settings.functions, 4, each => deployCodeAndTriggers(informed, each));
}

/** @throws DeployError when the gateway does not answer */
async function checkGateway({ urls, out }: PlainWork): Promise<void> {
  const gateway = urls.get(gatewayKey);
  if (gateway === undefined) return;
  out.doing('checking that the gateway works');
  const response = await fetchPatiently(`${gateway.http}/healthz`);
  if (response.status !== 200)
    throw new DeployError(
      `self-check: ${gateway.http}/healthz answered ${response.status}: look at \`sls logs -f gateway\``,
    );
}

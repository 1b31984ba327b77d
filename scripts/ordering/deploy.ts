import type { Context } from '../tencent/context.ts';
import { DeployError } from '../tencent/failures.ts';
import { eachOf } from '../tencent/patience.ts';
import { convergeApiGateway } from '../tencent/resources/api-gateway.ts';
import { openCos } from '../tencent/resources/cos.ts';
import { findFunction, isGateway } from '../tencent/service/settings.ts';
import type { PackageFile } from '../tencent/service/zip.ts';
import { deployCode, deployCodeAndTriggers } from '../tencent/steps/deploy-code.ts';
import { removeLeftovers } from '../tencent/steps/remove-leftovers.ts';
import {
  type Addresses,
  addressesElsewhere,
  addressesFor,
  apiGatewayAddresses,
  sayLinks,
  webFunctionAddresses,
} from './addresses.ts';
import { convergeBucket } from './bucket.ts';
import { makeDemoShops, migrateDatabase } from './initialise.ts';
import { readFolder } from './packages.ts';
import { type DeployOptions, type OrderingWork, prepare, withShared } from './prepare.ts';
import { selfCheck } from './self-check.ts';
import { type OrderingSettings, servesPages } from './settings.ts';
import { tryBeside } from './try-beside.ts';

/** Brings the stage to what serverless.yml says: makes what is missing, changes what differs, removes what is left over. */
export async function deploy(context: Context<OrderingSettings>, options: DeployOptions): Promise<void> {
  const { settings, out } = context;
  const work = await prepare(context, settings.functions, options);
  const pages = settings.bucket === undefined ? [] : readFolder('web');
  if (needsRuntimeRole(work)) await setUpDatabase(work);
  await tryBeside(work, settings.functions);
  await setUpDatabase(work);
  const addresses = settings.mode === 'webfunction' ? await deployWebFunction(work) : await deployApiGateway(work);
  await removeLeftovers(work);
  await deployPages(work, pages, addresses);
  const keys = await makeDemoShops(context, addresses);
  out.doing('checking that it works');
  try {
    await selfCheck(addresses, keys).catch(error => {
      throw withProposal(settings, error);
    });
  } catch (error) {
    out.end();
    // Keys of new shops are known now and never again, whatever else is wrong.
    if (Object.keys(keys).length > 0) sayLinks(context, addresses, keys);
    throw error;
  }
  out.end();
  if (out.changes === 0) out.line(`nothing to change: stage ${settings.stage} is as serverless.yml says`);
  sayLinks(context, addresses, keys);
}

/** Whether functions shall connect with a role that `init_db` has not made yet, or whose password is another. */
function needsRuntimeRole({ settings, shared, deployed }: OrderingWork): boolean {
  const initDb = deployed.functions.get(findFunction(settings, 'init_db').name);
  const { runtimeDatabaseUrl } = shared;
  return runtimeDatabaseUrl !== undefined && runtimeDatabaseUrl !== initDb?.variables.RUNTIME_DATABASE_URL;
}

/**
 * The database before the functions: those that run meanwhile, of the version before, work on the new schema, while the
 * new ones would fail on the old.
 */
async function setUpDatabase(work: OrderingWork): Promise<void> {
  await deployCode(work, findFunction(work.settings, 'init_db'));
  work.out.doing('setting up the database');
  await migrateDatabase(work);
}

/** What helps where the gateway's address takes WebSockets and nothing else, which is documented nowhere. */
function withProposal({ mode, bucket, functions }: OrderingSettings, error: unknown): unknown {
  const isOfPages = error instanceof DeployError && /\/(order\.html|config\.json) /.test(error.message);
  const areOfGateway = mode === 'webfunction' && bucket === undefined && !functions.some(servesPages);
  if (!isOfPages || !areOfGateway) return error;
  return new DeployError(
    `${error.message}\n  what to do: when the gateway's address takes WebSockets but no plain HTTP, set \`pages: function\` under custom, and deploy again`,
  );
}

/** Functions behind their own URLs; then the gateway, whose pages are told those URLs. */
async function deployWebFunction(work: OrderingWork): Promise<Addresses> {
  const { settings } = work;
  const gateway = settings.functions.find(isGateway);
  const pages = settings.functions.find(servesPages);
  if (gateway === undefined)
    throw new DeployError('no function of serverless.yml has `web`: one has to be the gateway');
  await eachOf(
    settings.functions.filter(each => each !== gateway && each !== pages),
    4,
    each => deployCodeAndTriggers(work, each),
  );
  // The gateway is told where its pages are, and they where the gateway is.
  if (pages !== undefined && !work.urls.has(pages.key)) await deployCodeAndTriggers(work, pages);
  // The first time its own address is known only afterwards.
  const before = work.urls.get(gateway.key)?.http;
  await deployCodeAndTriggers(work, gateway, addressesFor(work, gateway));
  if (work.urls.get(gateway.key)?.http !== before)
    await deployCodeAndTriggers(work, gateway, addressesFor(work, gateway));
  if (pages !== undefined) await deployCodeAndTriggers(work, pages, addressesFor(work, pages));
  return webFunctionAddresses(work, gateway);
}

/** Functions, then the gateway in front of them, then the functions once more if they did not know where to push. */
async function deployApiGateway(work: OrderingWork): Promise<Addresses> {
  const { settings, cloud, out } = work;
  const isFirst = work.shared.sendBackUrl === undefined;
  // Before there is a way to push, the timer would only fail.
  await eachOf(settings.functions, 4, each => (isFirst ? deployCode(work, each) : deployCodeAndTriggers(work, each)));
  out.doing('API Gateway');
  const gateway = await convergeApiGateway(cloud, settings, out.changed);
  const { pgws: sendBackUrl = '' } = gateway.sendBackUrls;
  if (sendBackUrl !== work.shared.sendBackUrl) {
    const informed = withShared(work, { ...work.shared, sendBackUrl });
    out.hide([sendBackUrl]);
    await eachOf(settings.functions, 4, each => deployCodeAndTriggers(informed, each));
  }
  return apiGatewayAddresses(settings, gateway);
}

async function deployPages(
  { settings, cloud, out }: OrderingWork,
  pages: PackageFile[],
  addresses: Addresses,
): Promise<void> {
  if (settings.bucket === undefined) return;
  out.doing('uploading the pages');
  const { bucket } = settings.bucket;
  const { imageHosts } = settings;
  // A bucket serves the pages as they are, so that their policy has to name the hosts.
  const told = {
    ...addressesElsewhere(settings.mode, addresses),
    ...(imageHosts.length === 0 ? {} : { imageHosts }),
  };
  await convergeBucket(await openCos(cloud, bucket), settings, bucket, pages, told, out.changed);
}

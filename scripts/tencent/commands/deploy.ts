import type { Context } from '../context.ts';
import { DeployError } from '../failures.ts';
import { eachOf } from '../patience.ts';
import {
  type Addresses,
  addressesElsewhere,
  addressesFor,
  apiGatewayAddresses,
  sayLinks,
  webFunctionAddresses,
} from '../resources/addresses.ts';
import { convergeApiGateway, removeApiGateway } from '../resources/api-gateway.ts';
import { convergeBucket } from '../resources/bucket.ts';
import { removeFunction } from '../resources/function.ts';
import { mayHaveApiGateway, unlessGone } from '../resources/leaving-api-gateway.ts';
import { readFolder } from '../service/packages.ts';
import { isGateway, type Settings, servesPages } from '../service/settings.ts';
import type { PackageFile } from '../service/zip.ts';
import { deployCode, deployCodeAndTriggers } from '../steps/deploy-code.ts';
import { initialise } from '../steps/initialise.ts';
import { type DeployOptions, prepare, type Work } from '../steps/prepare.ts';
import { selfCheck } from '../steps/self-check.ts';
import { tryBeside } from '../steps/try-beside.ts';

/** Brings the stage to what serverless.yml says: makes what is missing, changes what differs, removes what is left over. */
export async function deploy(context: Context, options: DeployOptions): Promise<void> {
  const { settings, out } = context;
  const work = await prepare(context, settings.functions, options);
  const pages = settings.bucket === undefined ? [] : readFolder('web');
  await tryBeside(work, settings.functions);
  const addresses = settings.mode === 'webfunction' ? await deployWebFunction(work) : await deployApiGateway(work);
  await removeLeftovers(work);
  await deployPages(work, pages, addresses);
  out.doing('setting up the database');
  const keys = await initialise(context, addresses);
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

/** What helps where the gateway's address takes WebSockets and nothing else, which is documented nowhere. */
function withProposal({ mode, bucket, functions }: Settings, error: unknown): unknown {
  const isOfPages = error instanceof DeployError && /\/(order\.html|config\.json) /.test(error.message);
  const areOfGateway = mode === 'webfunction' && bucket === undefined && !functions.some(servesPages);
  if (!isOfPages || !areOfGateway) return error;
  return new DeployError(
    `${error.message}\n  what to do: when the gateway's address takes WebSockets but no plain HTTP, set \`pages: function\` under custom, and deploy again`,
  );
}

/** Functions behind their own URLs; then the gateway, whose pages are told those URLs. */
async function deployWebFunction(work: Work): Promise<Addresses> {
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
async function deployApiGateway(work: Work): Promise<Addresses> {
  const { settings, cloud, out } = work;
  const isFirst = work.shared.sendBackUrl === undefined;
  // Before there is a way to push, the timer would only fail.
  await eachOf(settings.functions, 4, each => (isFirst ? deployCode(work, each) : deployCodeAndTriggers(work, each)));
  out.doing('API Gateway');
  const gateway = await convergeApiGateway(cloud, settings, out.changed);
  if (gateway.sendBackUrl !== work.shared.sendBackUrl) {
    const informed = { ...work, shared: { ...work.shared, sendBackUrl: gateway.sendBackUrl } };
    out.hide([gateway.sendBackUrl]);
    await eachOf(settings.functions, 4, each => deployCodeAndTriggers(informed, each));
  }
  return apiGatewayAddresses(settings, gateway);
}

async function removeLeftovers({ cloud, settings, deployed, out }: Work): Promise<void> {
  const wanted = new Set(settings.functions.map(({ name }) => name));
  const leftovers = [...deployed.functions.keys()].filter(name => !wanted.has(name));
  // Its functions tell whether the stage ran behind API Gateway before, so they go last.
  const hadGateway = settings.mode === 'webfunction' && mayHaveApiGateway(settings, deployed);
  if (hadGateway && (await unlessGone(out, removeApiGateway(cloud, settings))))
    out.changed('API Gateway service removed');
  await eachOf(leftovers, 4, async name => {
    await removeFunction(cloud, name);
    out.changed(`${name} removed: serverless.yml does not name it any more`);
  });
}

async function deployPages({ settings, cloud, out }: Work, pages: PackageFile[], addresses: Addresses): Promise<void> {
  if (settings.bucket === undefined) return;
  out.doing('uploading the pages');
  const told = addressesElsewhere(settings.mode, addresses);
  await convergeBucket(cloud, settings, settings.bucket.bucket, pages, told, out.changed);
}

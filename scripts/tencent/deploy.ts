import { apiGatewayAddresses, pageAddresses, sayLinks, webFunctionAddresses } from './addresses.ts';
import { applyApiGateway, removeApiGateway } from './api-gateway.ts';
import { removeFunction } from './apply-function.ts';
import { bringCode, bringFunction } from './bring-function.ts';
import { applyBucket } from './bucket.ts';
import { type Context, eachOf } from './context.ts';
import { DeployError } from './failures.ts';
import { initialise } from './initialise.ts';
import { readFolder } from './packages.ts';
import { type DeployOptions, prepare, type Work } from './prepare.ts';
import { type Addresses, selfCheck } from './self-check.ts';
import type { PackageFile } from './zip.ts';

/** Brings the stage to what serverless.yml says: makes what is missing, changes what differs, removes what is left over. */
export async function deploy(context: Context, options: DeployOptions): Promise<void> {
  const { settings, out } = context;
  const work = await prepare(context, settings.functions, options);
  const pages = settings.bucket === undefined ? [] : readFolder('web');
  const addresses = settings.mode === 'webfunction' ? await deployWebFunction(work) : await deployApiGateway(work);
  await removeLeftovers(work);
  await deployPages(work, pages, addresses);
  out.doing('setting up the database');
  const keys = await initialise(context, addresses);
  out.doing('checking that it works');
  try {
    await selfCheck(addresses, keys);
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

/** Functions behind their own URLs; then the gateway, whose pages are told those URLs. */
async function deployWebFunction(work: Work): Promise<Addresses> {
  const { settings } = work;
  const gateway = settings.functions.find(({ web }) => web !== undefined);
  if (gateway === undefined)
    throw new DeployError('no function of serverless.yml has `web`: one has to be the gateway');
  await eachOf(
    settings.functions.filter(each => each !== gateway),
    4,
    each => bringFunction(work, each),
  );
  // The first time its own address is known only afterwards.
  const before = work.urls.get(gateway.key)?.http;
  await bringFunction(work, gateway, pageAddresses(work, gateway));
  if (work.urls.get(gateway.key)?.http !== before) await bringFunction(work, gateway, pageAddresses(work, gateway));
  return webFunctionAddresses(work, gateway);
}

/** Functions, then the gateway in front of them, then the functions once more if they did not know where to push. */
async function deployApiGateway(work: Work): Promise<Addresses> {
  const { settings, cloud, out } = work;
  const isFirst = work.shared.sendBackUrl === undefined;
  // Before there is a way to push, the timer would only fail.
  await eachOf(settings.functions, 4, each => (isFirst ? bringCode(work, each) : bringFunction(work, each)));
  out.doing('API Gateway');
  const gateway = await applyApiGateway(cloud, settings, out.changed);
  if (gateway.sendBackUrl !== work.shared.sendBackUrl) {
    work.shared = { ...work.shared, sendBackUrl: gateway.sendBackUrl };
    out.hide([gateway.sendBackUrl]);
    await eachOf(settings.functions, 4, each => bringFunction(work, each));
  }
  return apiGatewayAddresses(settings, gateway);
}

async function removeLeftovers({ cloud, settings, deployed, out }: Work): Promise<void> {
  const wanted = new Set(settings.functions.map(({ name }) => name));
  const leftovers = [...deployed.functions.keys()].filter(name => !wanted.has(name));
  // Its functions tell whether the stage ran behind API Gateway before, so they go last: asking costs a call to a product
  // that many cannot use.
  const hadGateway =
    deployed.variables.SEND_BACK_URL !== undefined ||
    leftovers.some(name => /-(register|transport|cleanup)$/.test(name));
  if (settings.mode === 'webfunction' && hadGateway && (await removeApiGateway(cloud, settings)))
    out.changed('API Gateway service removed');
  await eachOf(leftovers, 4, async name => {
    await removeFunction(cloud, name);
    out.changed(`${name} removed: serverless.yml does not name it any more`);
  });
}

async function deployPages({ settings, cloud, out }: Work, pages: PackageFile[], addresses: Addresses): Promise<void> {
  if (settings.bucket === undefined) return;
  out.doing('uploading the pages');
  const { bill, getShopInfo, webSocket } = addresses;
  // Behind API Gateway there is no chat.
  const chat = settings.mode === 'webfunction' ? { chat: webSocket.replace(/\/pgws$/, '/chat') } : {};
  const told = { bill, getShopInfo, websocket: webSocket, ...chat };
  await applyBucket(cloud, settings, settings.bucket.bucket, pages, told, out.changed);
}

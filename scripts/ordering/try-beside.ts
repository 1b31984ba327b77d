import { createHash, randomUUID } from 'node:crypto';
import { healthEvent } from '../../apigateway/tencent/health.ts';
import { isRecord } from '../../functions/domain/answer.ts';
import { CallFailure, DeployError } from '../tencent/failures.ts';
import { fetchPatiently } from '../tencent/fetch-patiently.ts';
import { eachOf } from '../tencent/patience.ts';
import { convergeFunction, removeFunction } from '../tencent/resources/function.ts';
import { invokeFunction } from '../tencent/resources/invoke.ts';
import { convergeTriggers, webSocketOf } from '../tencent/resources/triggers.ts';
import { type FunctionSettings, isGateway } from '../tencent/service/settings.ts';
import { planFor } from '../tencent/steps/deploy-code.ts';
import { addressesFor, pagesOrigin } from './addresses.ts';
import type { OrderingWork } from './prepare.ts';
import { answerTo } from './self-check.ts';

/** Names of functions have 60 characters at most. */
const suffix = '-next';
const longestName = 60;
/** How long a gateway may take to start. */
const startMs = 20_000;

/**
 * Makes every function that will change a second time, beside the one that callers reach, asks it whether it can work, and
 * removes it again. Only where the stage works, and only what is there: of a new function nobody has anything to lose.
 * @throws DeployError when one cannot work; the stage is as it was then
 */
export async function tryBeside(work: OrderingWork, functions: FunctionSettings[]): Promise<void> {
  const { out } = work;
  if (!isComplete(work)) return;
  const changing = functions.filter(each => planFor(work, each, addressesFor(work, each)).steps.length > 0);
  if (changing.length === 0) return;
  out.doing(`trying ${changing.map(({ key }) => key).join(', ')} beside what works`);
  await eachOf(changing, 4, each => tryOne(work, each));
}

/** Whether a deployment has been through: all is there, and knows what is known last. */
function isComplete({ settings, deployed, urls }: OrderingWork): boolean {
  if (!settings.functions.every(({ name }) => deployed.functions.get(name)?.status === 'Active')) return false;
  if (settings.mode === 'apigateway') return deployed.variables.SEND_BACK_URL !== undefined;
  return settings.functions.filter(isGateway).every(({ key, name, environment: { ORIGINS: configured } }) => {
    const { ORIGINS = '' } = deployed.functions.get(name)?.variables ?? {};
    const isToldItsAddress = ORIGINS.split(',').includes(urls.get(key)?.http ?? '');
    return configured !== undefined || isToldItsAddress;
  });
}

async function tryOne(work: OrderingWork, each: FunctionSettings): Promise<void> {
  const { cloud, deployed, out } = work;
  const second: FunctionSettings = { ...each, name: secondName(each.name), http: undefined, timer: undefined };
  const remove = async () => {
    await removeFunction(cloud, second.name);
    // One that was left by a try that was killed is gone too.
    deployed.functions.delete(second.name);
  };
  try {
    await makeAndAsk(work, each, second);
  } catch (error) {
    // What went wrong first is what a person has to know.
    await remove().catch(() => {});
    if (error instanceof CallFailure && error.code.startsWith('LimitExceeded')) {
      out.warn(`${each.key} was not tried before it is changed: ${error.message}`);
      return;
    }
    if (!(error instanceof CallFailure || error instanceof DeployError)) throw error;
    throw new DeployError(
      `functions.${each.key}: its new version does not work, so the stage was left as it is:\n${error.message}`,
    );
  }
  await remove();
}

async function makeAndAsk(work: OrderingWork, each: FunctionSettings, second: FunctionSettings): Promise<void> {
  const { cloud, settings } = work;
  const { variables, pack } = planFor(work, each, addressesFor(work, each));
  const made = await convergeFunction(cloud, settings, second, variables, pack);
  if (each.web === undefined) {
    const answer = await invokeFunction(cloud, second.name, healthEvent);
    if (!isRecord(answer) || answer.healthy !== true)
      throw new DeployError(`${second.name} answered ${JSON.stringify(answer)?.slice(0, 200)}`);
    return;
  }
  const urls = await convergeTriggers(cloud, second, made, [], () => {});
  const origin = pagesOrigin(work);
  if (isGateway(each) && origin !== undefined) {
    // Its address may take WebSockets and nothing else.
    const hello = { type: 'hello', role: 'shop', shop: 'self-check', token: 'none', device: randomUUID() };
    await answerTo(`${webSocketOf(urls)}/pgws`, origin, hello);
    return;
  }
  const response = await fetchPatiently(`${urls?.http}/readyz`, Math.min(cloud.patience.patienceMs, startMs));
  if (response.status !== 200)
    throw new DeployError(`/readyz of ${second.name} answered ${response.status}: ${await response.text()}`);
}

/** The name of the function that `name` is tried as, 60 characters at most, another for every function. */
export function secondName(name: string): string {
  const whole = `${name}${suffix}`;
  if (whole.length <= longestName) return whole;
  // Long names may begin alike, and those of one deployment are tried at once.
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, longestName - suffix.length - hash.length - 1)}-${hash}${suffix}`;
}

import { isRecord } from '../../functions/domain/answer.ts';
import type { InitAnswer } from '../../functions/init_db/init-db.ts';
import type { Context } from '../tencent/context.ts';
import { DeployError } from '../tencent/failures.ts';
import { invokeFunction } from '../tencent/resources/invoke.ts';
import type { Addresses } from './addresses.ts';
import { readShops } from './self-check.ts';
import type { OrderingSettings } from './settings.ts';

/** Brings the schema up to date, and makes the role of the functions where there shall be one. */
export async function migrateDatabase(context: Context<OrderingSettings>): Promise<void> {
  const { schema } = await callInitDb(context, {});
  if (schema.applied.length > 0)
    context.out.changed(`database: schema ${schema.version}, applied ${schema.applied.join(', ')}`);
}

/**
 * Makes the demo shops when serverless.yml asks for them and there is no shop at all. Answers the keys of new shops, by
 * shop: they are known at this moment and never again.
 */
export async function makeDemoShops(
  context: Context<OrderingSettings>,
  { getShopInfo }: Addresses,
): Promise<Record<string, string>> {
  const { settings, out } = context;
  if (!settings.demoShops || (await readShops(getShopInfo)).length > 0) return {};
  out.doing('making the demo shops');
  const { shops } = await callInitDb(context, { demo: true });
  out.changed(`database: demo shops ${shops.map(({ id }) => id).join(', ')}`);
  return Object.fromEntries(shops.flatMap(({ id, key }) => (key === undefined ? [] : [[id, key]])));
}

/** Calls `init_db` of the stage. @throws DeployError when it refuses or is not ours */
async function callInitDb(
  { cloud, settings }: Context<OrderingSettings>,
  event: object,
): Promise<Exclude<InitAnswer, { error: unknown }>> {
  const name = settings.functions.find(({ key }) => key === 'init_db')?.name;
  if (name === undefined) throw new DeployError('serverless.yml has no function init_db');
  const answer = await invokeFunction(cloud, name, event);
  if (!isInitAnswer(answer))
    throw new DeployError(`${name} answered what init_db does not: ${JSON.stringify(answer)?.slice(0, 200)}`);
  if ('error' in answer) {
    const hint =
      answer.error.code === 'unavailable'
        ? '\n  what to do: check DATABASE_URL, provider.vpc and the security group of the database; then deploy again'
        : '';
    throw new DeployError(`init_db: ${answer.error.code}: ${answer.error.message}${hint}`);
  }
  return answer;
}

/** Whether it is the answer of our function, and not of another one that has its name. */
function isInitAnswer(value: unknown): value is InitAnswer {
  if (!isRecord(value)) return false;
  if (isRecord(value.error)) return typeof value.error.code === 'string';
  return isRecord(value.schema) && Array.isArray(value.schema.applied) && Array.isArray(value.shops);
}

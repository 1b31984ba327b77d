import { randomInt } from 'node:crypto';
import type { DBInstance } from 'tencentcloud-sdk-nodejs/tencentcloud/services/postgres/v20170312/postgres_models.js';
import type { Cloud } from '../tencent/cloud.ts';
import { CallFailure, DeployError, isPresent } from '../tencent/failures.ts';
import type { Output } from '../tencent/output.ts';
import { lookUntil, type Patience, sleep } from '../tencent/patience.ts';
import type { DatabaseConfiguration } from './configuration.ts';
import type { OrderingSettings } from './settings.ts';

const user = 'orders';
const database = 'orders';
/** A database takes minutes. */
const patienceOf = (cloud: Cloud): Patience => ({ ...cloud.patience, patienceMs: 30 * 60_000 });

/**
 * Makes the stage's PostgreSQL, or takes the one that an earlier deployment has made, and answers its URL. The password is
 * kept nowhere but in the functions' environment; when it never got there, the account gets a new one.
 */
export async function ensureInstance(
  cloud: Cloud,
  settings: OrderingSettings,
  wanted: DatabaseConfiguration,
  deployedUrl: string | undefined,
  out: Output,
): Promise<string> {
  let instance = await findInstance(cloud, settings);
  let password: string | undefined;
  if (instance === undefined) {
    password = newPassword();
    out.hide([password]);
    await sayPrice(cloud, wanted, out);
    await create(cloud, settings, wanted, password);
    out.changed('database: PostgreSQL ordered');
  }
  instance = await waitUntilRunning(cloud, settings, out);
  const address = addressOf(instance);
  if (password === undefined && deployedUrl !== undefined && new URL(deployedUrl).host === address) return deployedUrl;
  const id = instance.DBInstanceId ?? '';
  if (password === undefined) {
    password = newPassword();
    out.hide([password]);
    await cloud.postgres('ResetAccountPassword', { DBInstanceId: id, UserName: user, Password: password }, id);
    out.changed('database: its password was never deployed, so it has a new one');
  }
  await ensureDatabase(cloud, id, out);
  return `postgres://${user}:${encodeURIComponent(password)}@${address}/${database}`;
}

/** Removes the stage's instance with all its data; says whether there was one. */
export async function removeInstance(cloud: Cloud, settings: OrderingSettings): Promise<boolean> {
  const instance = await findInstance(cloud, settings);
  if (instance === undefined) return false;
  const id = instance.DBInstanceId ?? '';
  if (instance.DBInstanceStatus !== 'isolated')
    await cloud.postgres('IsolateDBInstances', { DBInstanceIdSet: [id] }, id);
  const look = async () => {
    const now = await findInstance(cloud, settings);
    return now === undefined || now.DBInstanceStatus === 'isolated' ? { now } : undefined;
  };
  const isolated = await lookUntil(look, patienceOf(cloud));
  if (isolated === undefined)
    throw new DeployError(`the database ${id} is not isolated yet: run \`npx sls remove\` again later`);
  if (isolated.now !== undefined) await cloud.postgres('DestroyDBInstance', { DBInstanceId: id }, id);
  return true;
}

/** The stage's instance, told by its name and its tag. */
export async function findInstance({ postgres }: Cloud, settings: OrderingSettings): Promise<DBInstance | undefined> {
  const name = nameOf(settings);
  const { DBInstanceSet = [] } = await postgres(
    'DescribeDBInstances',
    { Filters: [{ Name: 'db-instance-name', Values: [name] }], Limit: 100 },
    name,
  );
  return DBInstanceSet.find(
    ({ DBInstanceName, DBInstanceStatus, TagList }) =>
      DBInstanceName === name &&
      !/^(recycling|recycled|offline)$/.test(DBInstanceStatus ?? '') &&
      TagList?.some(({ TagKey, TagValue }) => TagKey === 'sls-deployment' && TagValue === settings.deployment),
  );
}

async function sayPrice(
  { postgres }: Cloud,
  { zone, specCode, storageGb }: DatabaseConfiguration,
  out: Output,
): Promise<void> {
  const {
    Price,
    OriginalPrice,
    Currency = 'CNY',
  } = await postgres('InquiryPriceCreateDBInstances', {
    Zone: zone,
    SpecCode: specCode,
    Storage: storageGb,
    InstanceCount: 1,
    Period: 1,
    InstanceChargeType: 'POSTPAID',
  });
  // In hundredths of the currency, for an hour when paid by the hour.
  const price = ((Price ?? OriginalPrice ?? 0) / 100).toFixed(2);
  out.line(
    `database: PostgreSQL ${specCode} with ${storageGb} GB in ${zone} costs ${price} ${Currency} an hour from now on, used or not`,
  );
}

async function create(
  cloud: Cloud,
  settings: OrderingSettings,
  wanted: DatabaseConfiguration,
  password: string,
): Promise<void> {
  const name = nameOf(settings);
  try {
    await cloud.postgres(
      'CreateInstances',
      {
        Name: name,
        SpecCode: wanted.specCode,
        Storage: wanted.storageGb,
        InstanceCount: 1,
        Period: 1,
        InstanceChargeType: 'POSTPAID_BY_HOUR',
        Charset: 'UTF8',
        AdminName: user,
        AdminPassword: password,
        Zone: wanted.zone,
        DBMajorVersion: wanted.version ?? '15',
        VpcId: settings.vpc?.vpcId ?? '',
        SubnetId: settings.vpc?.subnetId ?? '',
        TagList: [{ TagKey: 'sls-deployment', TagValue: settings.deployment }],
      },
      name,
    );
  } catch (error) {
    if (!(error instanceof CallFailure && error.isUnknown)) throw error;
    // It costs money: never order twice. Whether it was ordered shows now or at the next deployment.
    await sleep(cloud.patience.pollMs);
    if ((await findInstance(cloud, settings)) === undefined) throw error;
  }
}

async function waitUntilRunning(cloud: Cloud, settings: OrderingSettings, out: Output): Promise<DBInstance> {
  let status = '';
  const look = async () => {
    const instance = await findInstance(cloud, settings);
    status = instance?.DBInstanceStatus ?? 'not listed yet';
    if (status === 'running') return instance;
    if (/^isolat/.test(status))
      throw new DeployError(
        `the database ${nameOf(settings)} is isolated: restore or destroy it in the console, then deploy again`,
      );
    out.doing(`waiting for the database (${status}); it takes some minutes`);
    return undefined;
  };
  const instance = await lookUntil(look, patienceOf(cloud));
  if (instance !== undefined) return instance;
  throw new DeployError(`the database is still ${status} after half an hour: deploy again later, it is taken up then`);
}

async function ensureDatabase({ postgres }: Cloud, id: string, out: Output): Promise<void> {
  const { Databases = [], Items = [] } = await postgres('DescribeDatabases', { DBInstanceId: id, Limit: 100 }, id);
  if (Items.includes(database) || Databases.some(({ DatabaseName }) => DatabaseName === database)) return;
  try {
    await postgres(
      'CreateDatabase',
      { DBInstanceId: id, DatabaseName: database, DatabaseOwner: user, Encoding: 'UTF8' },
      id,
    );
    out.changed(`database: ${database} created`);
  } catch (error) {
    if (!isPresent(error)) throw error;
  }
}

function addressOf({ DBInstanceNetInfo = [], DBInstanceId }: DBInstance): string {
  const net = DBInstanceNetInfo.find(({ NetType, Status }) => NetType === 'private' && Status === 'opened');
  if (net?.Ip === undefined)
    throw new DeployError(`the database ${DBInstanceId} has no private address: look at it in the console`);
  return `${net.Ip}:${net.Port ?? 5432}`;
}

/** At most 60 characters. */
function nameOf({ service, stage }: OrderingSettings): string {
  return `${service}-${stage}`.slice(0, 60);
}

/** 28 characters with one of each kind that the API wants; none needs more than percent-encoding in a URL. */
function newPassword(): string {
  const letters = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  const random = Array.from({ length: 24 }, () => letters[randomInt(letters.length)]).join('');
  return `${random}aZ7_`;
}

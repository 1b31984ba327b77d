import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Cloud, startCloud } from '../cloud.ts';
import { clientsOf } from '../sdk-clients.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startCloud();
});
afterEach(() => cloud.close());

const order = {
  SpecCode: 'pg.it.small2',
  Storage: 20,
  InstanceCount: 1,
  Period: 1,
  InstanceChargeType: 'POSTPAID_BY_HOUR',
  Charset: 'UTF8',
  AdminName: 'orders',
  AdminPassword: 'Good-password-1',
  Zone: 'ap-guangzhou-3',
  DBMajorVersion: '15',
  VpcId: 'vpc-standin0',
  SubnetId: 'subnet-standin0',
  Name: 'orders-dev',
  TagList: [{ TagKey: 'sls-deployment', TagValue: 'a' }],
};

async function found() {
  const Filters = [{ Name: 'db-instance-name', Values: ['orders-dev'] }];
  return (await clientsOf(cloud).postgres.DescribeDBInstances({ Filters })).DBInstanceSet?.[0];
}

test('an instance is a real PostgreSQL, until it is isolated and destroyed', async () => {
  const { postgres } = clientsOf(cloud);
  const { DBInstanceIdSet: [DBInstanceId = ''] = [] } = await postgres.CreateInstances(order);
  expect((await found())?.DBInstanceStatus).toBe('initing');
  await expect(postgres.DescribeDatabases({ DBInstanceId })).rejects.toMatchObject({
    code: 'OperationDenied.InstanceStatusLimitError',
  });
  while ((await found())?.DBInstanceStatus !== 'running') await delay(50);
  await postgres.CreateDatabase({ DBInstanceId, DatabaseName: 'orders', DatabaseOwner: 'orders' });
  expect((await postgres.DescribeDatabases({ DBInstanceId })).Items).toEqual(['orders', 'postgres']);

  const { Ip, Port } = (await found())?.DBInstanceNetInfo?.find(({ NetType }) => NetType === 'private') ?? {};
  const select = async (password: string) => {
    const client = new pg.Client({ host: Ip ?? '', port: Port ?? 0, user: 'orders', password, database: 'orders' });
    await client.connect();
    const { rows } = await client.query('select 1 as one');
    await client.end();
    return rows;
  };
  expect(await select('Good-password-1')).toEqual([{ one: 1 }]);
  await postgres.ResetAccountPassword({ DBInstanceId, UserName: 'orders', Password: 'Other-password-2' });
  await expect(select('Good-password-1')).rejects.toThrow();
  expect(await select('Other-password-2')).toEqual([{ one: 1 }]);

  expect(JSON.stringify(cloud.state())).not.toContain('password');
  await expect(postgres.DestroyDBInstance({ DBInstanceId })).rejects.toMatchObject({
    code: 'OperationDenied.InstanceStatusLimitError',
  });
  await postgres.IsolateDBInstances({ DBInstanceIdSet: [DBInstanceId] });
  while ((await found())?.DBInstanceStatus !== 'isolated') await delay(10);
  await postgres.DestroyDBInstance({ DBInstanceId });
  expect(cloud.isEmpty()).toBe(true);
});

test.each([
  [{ AdminPassword: 'short' }, 'InvalidParameterValue.InvalidPasswordLengthError'],
  [{ AdminPassword: 'onlyletters' }, 'InvalidParameterValue.InvalidPasswordFormatError'],
  [{ AdminName: 'postgres' }, 'InvalidParameterValue.InvalidAccountError'],
  [{ Storage: 15 }, 'InvalidParameterValue'],
  [{ VpcId: 'vpc-none' }, 'InvalidParameterValue.VpcNotFoundError'],
  [{ Colour: 'red' }, 'UnknownParameter'],
])('an order with %j is refused with %s', async (over, code) => {
  await expect(clientsOf(cloud).postgres.CreateInstances({ ...order, ...over })).rejects.toMatchObject({ code });
  expect(cloud.isEmpty()).toBe(true);
});

test('its price is said first', async () => {
  const { SpecCode, Storage, Zone } = order;
  const asked = { SpecCode, Storage, Zone, InstanceCount: 1, Period: 1, InstanceChargeType: 'POSTPAID' };
  expect(await clientsOf(cloud).postgres.InquiryPriceCreateDBInstances(asked)).toMatchObject({
    Price: 30,
    Currency: 'CNY',
  });
});

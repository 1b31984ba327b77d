import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../db/embedded/start.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { ApiError } from '../api-error.ts';
import type { Product } from '../api-server.ts';
import { action, pageOf } from '../parameters.ts';
import { describeInstance, type Instance, specificationOf } from './instance.ts';
import * as parameters from './parameters.ts';

/** The PostgreSQL product: each instance is a real server on loopback. */
export interface PostgresProduct {
  readonly product: Product;
  isEmpty(): boolean;
  /** Instances without ids, ports and passwords. */
  state(): object[];
  close(): Promise<void>;
}

/** Makes the product without instances. Any specification is sold; prices of unknown ones are those of the smallest. */
export function createPostgres({
  region,
  stateDelayMs,
  hasSubnet,
}: {
  region: string;
  stateDelayMs: number;
  hasSubnet(vpcId: string, subnetId: string): boolean;
}): PostgresProduct {
  const instances = new Map<string, Instance>();
  function instanceOf(id: string): Instance {
    const instance = instances.get(id);
    if (instance === undefined)
      throw new ApiError('ResourceNotFound.InstanceNotFoundError', `The instance ${id} does not exist.`);
    return instance;
  }
  function runningOf(id: string): Instance {
    const instance = instanceOf(id);
    if (instance.status === 'running') return instance;
    throw new ApiError('OperationDenied.InstanceStatusLimitError', `The instance is ${instance.status}.`);
  }
  const onServer = async <T>({ server }: Instance, run: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: (await server).url });
    await client.connect();
    return run(client).finally(() => client.end());
  };

  const CreateInstances = action(parameters.createInstances, order => {
    if (!hasSubnet(order.VpcId, order.SubnetId)) {
      throw new ApiError('InvalidParameterValue.VpcNotFoundError', 'The VPC or its subnet does not exist.');
    }
    const id = `postgres-${randomBytes(4).toString('hex')}`;
    const server = startEmbeddedPostgres({ directory: temporaryDirectory('websocket-order-cloud-'), temporary: true });
    const instance: Instance = { id, order, status: 'initing', createdAt: new Date(), server, port: 0 };
    instances.set(id, instance);
    const made = onServer(instance, client =>
      client.query(
        `create role ${pg.escapeIdentifier(order.AdminName)} login createdb createrole password ${pg.escapeLiteral(order.AdminPassword)}`,
      ),
    );
    const ready = async () => {
      await made;
      instance.port = (await server).port;
      instance.status = 'running';
    };
    ready().catch(error => console.error(error));
    return { DealNames: [`deal-${id}`], BillId: '', DBInstanceIdSet: [id] };
  });

  const InquiryPriceCreateDBInstances = action(parameters.inquiryPrice, ({ SpecCode, InstanceChargeType, Period }) => {
    const { hour, month } = specificationOf(SpecCode);
    const Price = InstanceChargeType === 'POSTPAID' ? hour : month * Period;
    return { OriginalPrice: Price, Price, Currency: 'CNY' };
  });

  const DescribeDBInstances = action(parameters.listInstances, asked => {
    const found = [...instances.values()].filter(({ id, order }) =>
      asked.Filters.every(({ Name, Values }) => {
        const value = { 'db-instance-id': id, 'db-instance-name': order.Name }[Name];
        if (value === undefined)
          throw new ApiError('InvalidParameterValue.ParameterValueError', `The filter ${Name} is not known.`);
        return Values.includes(value);
      }),
    );
    return {
      TotalCount: found.length,
      DBInstanceSet: pageOf(found, asked).map(each => describeInstance(each, region)),
    };
  });

  const ResetAccountPassword = action(parameters.resetPassword, async ({ DBInstanceId, UserName, Password }) => {
    const instance = runningOf(DBInstanceId);
    if (UserName !== instance.order.AdminName)
      throw new ApiError('ResourceNotFound.AccountNotExist', `There is no account ${UserName}.`);
    await onServer(instance, client =>
      client.query(`alter role ${pg.escapeIdentifier(UserName)} password ${pg.escapeLiteral(Password)}`),
    );
    return {};
  });

  const DescribeDatabases = action(parameters.listDatabases, async asked => {
    const rows = await onServer(runningOf(asked.DBInstanceId), async client => {
      const text = `select datname as name, pg_get_userbyid(datdba) as owner from pg_database where not datistemplate order by datname`;
      return (await client.query<{ name: string; owner: string }>(text)).rows;
    });
    const Databases = pageOf(rows, asked).map(({ name, owner }) => ({
      DatabaseName: name,
      DatabaseOwner: owner,
      Encoding: 'UTF8',
    }));
    return { TotalCount: rows.length, Items: Databases.map(({ DatabaseName }) => DatabaseName), Databases };
  });

  const CreateDatabase = action(parameters.createDatabase, async ({ DBInstanceId, DatabaseName, DatabaseOwner }) => {
    const instance = runningOf(DBInstanceId);
    const text = `create database ${pg.escapeIdentifier(DatabaseName)} owner ${pg.escapeIdentifier(DatabaseOwner)}`;
    await onServer(instance, client => client.query(text)).catch((error: { code?: string }) => {
      if (error.code === '42P04')
        throw new ApiError('InvalidParameterValue.DatabaseExists', `${DatabaseName} exists already.`);
      throw new ApiError('InvalidParameterValue.ParameterValueError', String(error));
    });
    return {};
  });

  const IsolateDBInstances = action(parameters.isolate, ({ DBInstanceIdSet }) => {
    for (const instance of DBInstanceIdSet.map(runningOf)) {
      instance.status = 'isolating';
      const isolated = () => {
        instance.status = 'isolated';
      };
      setTimeout(isolated, stateDelayMs).unref();
    }
    return {};
  });

  const DestroyDBInstance = action(parameters.oneInstance, async ({ DBInstanceId }) => {
    const { status, server } = instanceOf(DBInstanceId);
    if (status !== 'isolated')
      throw new ApiError('OperationDenied.InstanceStatusLimitError', 'The instance must be isolated first.');
    instances.delete(DBInstanceId);
    await (await server).stop();
    return {};
  });

  const actions = {
    ...{ CreateInstances, InquiryPriceCreateDBInstances, DescribeDBInstances, ResetAccountPassword },
    ...{ DescribeDatabases, CreateDatabase, IsolateDBInstances, DestroyDBInstance },
  };
  return {
    product: { name: 'postgres', version: '2017-03-12', actions },
    isEmpty: () => instances.size === 0,
    state: () =>
      [...instances.values()]
        .map(({ status, order: { AdminPassword: _, ...rest } }) => ({ status, ...rest }))
        .toSorted((one, other) => one.Name.localeCompare(other.Name)),
    async close() {
      const servers = await Promise.allSettled([...instances.values()].map(({ server }) => server));
      await Promise.all(servers.map(each => (each.status === 'fulfilled' ? each.value.stop() : undefined)));
    },
  };
}

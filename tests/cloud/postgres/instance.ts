import type { EmbeddedPostgres } from '../../../db/embedded/start.ts';
import type { InstanceOrder } from './parameters.ts';

/** An instance that was ordered. */
export interface Instance {
  id: string;
  order: InstanceOrder;
  status: 'initing' | 'running' | 'isolating' | 'isolated';
  createdAt: Date;
  /** A real PostgreSQL of its own. */
  server: Promise<EmbeddedPostgres>;
  port: number;
}

/** Specifications that are sold in the stand-in, with their prices: hundredths of a yuan an hour and a month. */
const specifications: Record<string, { cpu: number; memoryGb: number; hour: number; month: number }> = {
  'pg.it.small2': { cpu: 1, memoryGb: 2, hour: 30, month: 14_400 },
  'pg.it.medium4': { cpu: 2, memoryGb: 4, hour: 60, month: 28_800 },
};

/** What a specification has and costs; an unknown one is the smallest. */
export function specificationOf(code: string): { cpu: number; memoryGb: number; hour: number; month: number } {
  return specifications[code] ?? { cpu: 1, memoryGb: 2, hour: 30, month: 14_400 };
}

/** An instance as DescribeDBInstances answers it (409/16773). Its address is there once it runs. */
export function describeInstance({ id, order, status, port, createdAt }: Instance, region: string): object {
  const { Zone, VpcId, SubnetId, Storage, SpecCode, DBMajorVersion, Charset, TagList } = order;
  const { cpu, memoryGb } = specificationOf(SpecCode);
  const isOpen = status === 'running';
  const at = isOpen ? { Status: 'opened', Ip: '127.0.0.1', Port: port } : { Status: 'initing', Ip: '', Port: 0 };
  const ProtocolType = 'postgresql';
  return {
    Region: region,
    Zone,
    VpcId,
    SubnetId,
    DBInstanceId: id,
    DBInstanceName: order.Name === '' ? id : order.Name,
    DBInstanceStatus: status,
    DBInstanceCpu: cpu,
    DBInstanceMemory: memoryGb,
    DBInstanceStorage: Storage,
    DBInstanceClass: SpecCode,
    DBInstanceType: 'primary',
    DBMajorVersion,
    DBCharset: Charset,
    PayType: order.InstanceChargeType === 'PREPAID' ? 'prepaid' : 'postpaid',
    CreateTime: createdAt.toISOString().slice(0, 19).replace('T', ' '),
    TagList,
    DBInstanceNetInfo: [
      { NetType: 'private', Address: '', VpcId, SubnetId, ProtocolType, ...at },
      { NetType: 'public', Address: '', Status: 'closed', Ip: '', Port: 0, ProtocolType },
    ],
  };
}

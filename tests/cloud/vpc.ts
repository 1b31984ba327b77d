import * as v from 'valibot';
import { ApiError } from './api-error.ts';
import type { Product } from './api-server.ts';
import { action, filters, page, pageOf } from './parameters.ts';

/** A private network with its subnets. */
export interface Vpc {
  id: string;
  name: string;
  subnets: { id: string; name: string; zone: string }[];
}

/** VPC: what is there is given, a deployment only reads it. */
export function createVpc(vpcs: readonly Vpc[]): Product {
  const DescribeVpcs = action(
    v.strictObject({ ...page(100), VpcIds: v.optional(v.array(v.string())), Filters: filters }),
    asked => {
      notBoth(asked.VpcIds, asked.Filters);
      const found = vpcs
        .filter(({ id }) => asked.VpcIds?.includes(id) ?? true)
        .filter(({ id, name }) => fits(asked.Filters, { 'vpc-id': id, 'vpc-name': name }));
      const VpcSet = pageOf(found, asked).map(({ id, name }) => ({
        VpcId: id,
        VpcName: name,
        CidrBlock: '10.0.0.0/16',
        IsDefault: true,
      }));
      return { TotalCount: found.length, VpcSet };
    },
  );
  const subnets = vpcs.flatMap(vpc => vpc.subnets.map(subnet => ({ ...subnet, vpcId: vpc.id })));
  const DescribeSubnets = action(
    v.strictObject({ ...page(100), SubnetIds: v.optional(v.array(v.string())), Filters: filters }),
    asked => {
      notBoth(asked.SubnetIds, asked.Filters);
      const found = subnets
        .filter(({ id }) => asked.SubnetIds?.includes(id) ?? true)
        .filter(({ id, name, vpcId, zone }) =>
          fits(asked.Filters, { 'subnet-id': id, 'subnet-name': name, 'vpc-id': vpcId, zone }),
        );
      const SubnetSet = pageOf(found, asked).map(({ id, name, vpcId, zone }) => ({
        SubnetId: id,
        SubnetName: name,
        VpcId: vpcId,
        Zone: zone,
        CidrBlock: '10.0.1.0/24',
        AvailableIpAddressCount: 250,
      }));
      return { TotalCount: found.length, SubnetSet };
    },
  );
  return { name: 'vpc', version: '2017-03-12', actions: { DescribeVpcs, DescribeSubnets } };
}

type Filters = v.InferOutput<typeof filters>;

function fits(asked: Filters, has: Record<string, string>): boolean {
  return asked.every(({ Name, Values }) => {
    const value = has[Name];
    if (value === undefined) throw new ApiError('InvalidParameter', `The filter ${Name} is not known.`);
    return Values.includes(value);
  });
}

function notBoth(ids: string[] | undefined, asked: Filters): void {
  if (ids !== undefined && asked.length > 0)
    throw new ApiError('InvalidParameter.Coexist', 'Ids and Filters cannot be given together.');
}

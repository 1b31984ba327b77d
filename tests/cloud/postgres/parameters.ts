import * as v from 'valibot';
import { filters, page } from '../parameters.ts';

/** 8–32 characters, three of four kinds, not beginning with `/` (409/56961). */
const password = v.pipe(
  v.string(),
  v.minLength(8, 'InvalidParameterValue.InvalidPasswordLengthError'),
  v.maxLength(32, 'InvalidParameterValue.InvalidPasswordLengthError'),
  v.check(text => !text.startsWith('/'), 'InvalidParameterValue.InvalidPasswordFormatError'),
  v.check(
    text => [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter(kind => kind.test(text)).length >= 3,
    'InvalidParameterValue.InvalidPasswordFormatError',
  ),
);
const account = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]{0,15}$/, 'InvalidParameterValue.InvalidAccountFormat'),
  v.check(name => !/^(postgres|pg_)/i.test(name), 'InvalidParameterValue.InvalidAccountError'),
);
const storage = v.pipe(v.number(), v.integer(), v.minValue(10), v.multipleOf(10));
const one = v.pipe(v.number(), v.value(1));
const tag = v.strictObject({ TagKey: v.string(), TagValue: v.string() });

/** Parameters of CreateInstances (409/56107): one PostgreSQL, paid by the hour or the month. */
export const createInstances = v.strictObject({
  SpecCode: v.string(),
  Storage: storage,
  InstanceCount: one,
  Period: v.pipe(v.number(), v.integer(), v.minValue(1)),
  Charset: v.picklist(['UTF8', 'LATIN1']),
  AdminName: account,
  AdminPassword: password,
  Zone: v.string(),
  DBMajorVersion: v.optional(v.string(), '15'),
  InstanceChargeType: v.optional(v.picklist(['PREPAID', 'POSTPAID_BY_HOUR']), 'PREPAID'),
  VpcId: v.pipe(v.string(), v.minLength(1)),
  SubnetId: v.pipe(v.string(), v.minLength(1)),
  Name: v.optional(v.pipe(v.string(), v.maxLength(60)), ''),
  TagList: v.optional(v.array(tag), []),
  AutoRenewFlag: v.optional(v.number()),
  SecurityGroupIds: v.optional(v.array(v.string())),
});

/** Parameters of InquiryPriceCreateDBInstances. */
export const inquiryPrice = v.strictObject({
  Zone: v.string(),
  SpecCode: v.string(),
  Storage: storage,
  InstanceCount: one,
  Period: v.number(),
  InstanceChargeType: v.optional(v.picklist(['PREPAID', 'POSTPAID']), 'PREPAID'),
  InstanceType: v.optional(v.string()),
  DBEngine: v.optional(v.string()),
});

/** Parameters of DescribeDBInstances. */
export const listInstances = v.strictObject({ ...page(100, 10), Filters: filters });

/** Parameters of ResetAccountPassword. */
export const resetPassword = v.strictObject({ DBInstanceId: v.string(), UserName: v.string(), Password: password });

/** Parameters of DescribeDatabases. */
export const listDatabases = v.strictObject({ DBInstanceId: v.string(), ...page(100), Filters: filters });

/** Parameters of CreateDatabase. */
export const createDatabase = v.strictObject({
  DBInstanceId: v.string(),
  DatabaseName: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/)),
  DatabaseOwner: v.string(),
  Encoding: v.optional(v.string()),
  Collate: v.optional(v.string()),
  Ctype: v.optional(v.string()),
});

/** Parameters of the calls that name one instance. */
export const oneInstance = v.strictObject({ DBInstanceId: v.string() });
/** Parameters of IsolateDBInstances. */
export const isolate = v.strictObject({ DBInstanceIdSet: v.pipe(v.array(v.string()), v.minLength(1)) });

/** A database as it was ordered. */
export type InstanceOrder = v.InferOutput<typeof createInstances>;

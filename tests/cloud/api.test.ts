import { createHash, createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cloud, startCloud } from './cloud.ts';
import { clientsOf, cosOf, deploy, untilActive, zipOf } from './sdk-clients.ts';

let cloud: Cloud;
let ZipFile: string;
beforeAll(async () => {
  ZipFile = await zipOf({ 'index.js': 'exports.main_handler = async () => 1;' });
});
beforeEach(async () => {
  cloud = await startCloud({ timers: 'on demand' });
});
afterEach(() => cloud.close());

function create(over: object = {}) {
  const base = { FunctionName: 'fn', Code: { ZipFile }, Handler: 'index.main_handler', Runtime: 'Nodejs20.19' };
  return clientsOf(cloud).scf.CreateFunction({ ...base, AutoCreateClsTopic: 'FALSE', ...over });
}

describe('signatures', () => {
  test('of the SDK are good, for every product', async () => {
    const { scf, sts, vpc } = clientsOf(cloud);
    expect((await scf.ListFunctions({})).TotalCount).toBe(0);
    expect((await sts.GetCallerIdentity()).Type).toBe('CAMUser');
    expect((await vpc.DescribeVpcs({})).VpcSet?.[0]?.VpcId).toBe('vpc-standin0');
  });

  test('made with a wrong key, or for an unknown id, are refused', async () => {
    const list = (over: object) => clientsOf(cloud, over).scf.ListFunctions({});
    await expect(list({ secretKey: 'wrong' })).rejects.toMatchObject({ code: 'AuthFailure.SignatureFailure' });
    await expect(list({ secretId: 'AKIDnobody' })).rejects.toMatchObject({ code: 'AuthFailure.SecretIdNotFound' });
  });

  test('are refused when they are old, changed, or missing', async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await raw({})).toBeUndefined();
    expect(await raw({ timestamp: now - 301 })).toBe('AuthFailure.SignatureExpire');
    // More than a second more: the machine may be slow.
    expect(await raw({ timestamp: now + 360 })).toBe('AuthFailure.SignatureExpire');
    expect(await raw({ sent: '{"Limit":2}' })).toBe('AuthFailure.SignatureFailure');
    expect(await raw({ authorization: '' })).toBe('AuthFailure.InvalidAuthorization');
    expect(await raw({ action: 'NoSuchAction' })).toBe('InvalidAction');
    expect(await raw({ region: 'ap-elsewhere' })).toBe('UnsupportedRegion');
  });

  test('errors are answers of status 200 with the id of the request', async () => {
    const error = await create({ MemorySize: 100 }).catch(caught => caught);
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('parameters', () => {
  test.each([
    [{ FunctionName: 'a' }, 'InvalidParameter.FunctionName'],
    [{ FunctionName: '1abc' }, 'InvalidParameter.FunctionName'],
    [{ FunctionName: 'abc_' }, 'InvalidParameter.FunctionName'],
    [{ FunctionName: 'a'.repeat(61) }, 'InvalidParameter.FunctionName'],
    [{ FunctionName: 5 }, 'InvalidParameter'],
    [{ FunctionName: undefined }, 'MissingParameter'],
    [{ Colour: 'red' }, 'UnknownParameter'],
    [{ Handler: 'main_handler' }, 'InvalidParameterValue.Handler'],
    [{ Handler: undefined }, 'InvalidParameterValue.Handler'],
    [{ Runtime: 'Nodejs99' }, 'InvalidParameterValue.Runtime'],
    [{ MemorySize: 100 }, 'InvalidParameterValue.MemorySize'],
    [{ MemorySize: 3200 }, 'InvalidParameterValue.MemorySize'],
    [{ Timeout: 0 }, 'InvalidParameterValue.Timeout'],
    [{ Timeout: 901 }, 'InvalidParameterValue.Timeout'],
    [{ Type: 'Web' }, 'InvalidParameterValue.Type'],
    [{ ProtocolType: 'WS' }, 'InvalidParameterValue.ProtocolType'],
    [
      { InstanceConcurrencyConfig: { DynamicEnabled: 'FALSE', MaxConcurrency: 10 } },
      'InvalidParameterValue.InstanceConcurrencyConfig',
    ],
    [
      { Type: 'HTTP', InstanceConcurrencyConfig: { DynamicEnabled: 'FALSE', MaxConcurrency: 101 } },
      'InvalidParameterValue.MaxConcurrency',
    ],
    [
      { Type: 'HTTP', ProtocolType: 'WS', ProtocolParams: { WSParams: { IdleTimeOut: 1801 } } },
      'InvalidParameterValue.IdleTimeOut',
    ],
    [{ Environment: { Variables: [{ Key: 'SCF_X', Value: '1' }] } }, 'InvalidParameterValue.EnvironmentSystemProtect'],
    [{ Environment: { Variables: [{ Key: '1X', Value: '1' }] } }, 'InvalidParameterValue.Environment'],
    [
      { Environment: { Variables: [{ Key: 'X', Value: 'x'.repeat(4096) }] } },
      'InvalidParameterValue.EnvironmentExceededLimit',
    ],
    [{ Description: 'a: b' }, 'InvalidParameterValue.Description'],
    [{ Code: { ZipFile: Buffer.from('no zip').toString('base64') } }, 'InvalidParameterValue.InlineZipFile'],
    [{ Code: {} }, 'MissingParameter'],
    [{ Code: { CosBucketName: 'code', CosObjectName: '/a.zip' } }, 'ResourceNotFound.Cos'],
    [{ VpcConfig: { VpcId: 'vpc-none', SubnetId: 'subnet-none' } }, 'ResourceNotFound.Vpc'],
  ])('%j is refused with %s, and nothing is made', async (over, code) => {
    await expect(create(over)).rejects.toMatchObject({ code });
    expect(cloud.isEmpty()).toBe(true);
  });

  test('a request of more than 10 MB is refused, and a package of more than 50 MB by way of a bucket', async () => {
    const zip = Buffer.concat([Buffer.from('PK'), Buffer.alloc(50 * 1024 * 1024)]);
    const text = zip.subarray(0, 8 * 1024 * 1024).toString('base64');
    await expect(create({ Code: { ZipFile: text } })).rejects.toMatchObject({ code: 'RequestSizeLimitExceeded' });
    const cos = cosOf(cloud);
    await cos.putBucket({ Bucket: 'code-1250000000', Region: cloud.region });
    await cos.putObject({ Bucket: 'code-1250000000', Region: cloud.region, Key: 'fn.zip', Body: zip });
    const Code = { CosBucketName: 'code', CosObjectName: '/fn.zip' };
    await expect(create({ Code })).rejects.toMatchObject({ code: 'InvalidParameterValue.Code' });
    const good = Buffer.from(ZipFile, 'base64');
    await cos.putObject({ Bucket: 'code-1250000000', Region: cloud.region, Key: 'fn.zip', Body: good });
    await create({ Code });
    expect(cloud.functionOf('fn').code.zip).toEqual(good);
  });

  test('come back as they were given', async () => {
    const given = {
      Description: 'Deployed, code 1',
      MemorySize: 256,
      Timeout: 20,
      Environment: { Variables: [{ Key: 'A', Value: 'b' }] },
      VpcConfig: { VpcId: 'vpc-standin0', SubnetId: 'subnet-standin0' },
      Tags: [{ Key: 'stage', Value: 'dev' }],
    };
    await create(given);
    expect(await clientsOf(cloud).scf.GetFunction({ FunctionName: 'fn' })).toMatchObject(given);
  });

  test('the protocol and the runtime of a function cannot be changed', async () => {
    await deploy(cloud, '', { Type: 'HTTP', ProtocolType: 'WS' });
    const { scf } = clientsOf(cloud);
    const change = (over: object) => scf.UpdateFunctionConfiguration({ FunctionName: 'fn', ...over });
    await expect(change({ ProtocolType: 'WS' })).rejects.toMatchObject({ code: 'UnknownParameter' });
    await expect(change({ Runtime: 'Nodejs18.15' })).rejects.toMatchObject({ code: 'InvalidParameterValue.Runtime' });
    await change({ ProtocolParams: { WSParams: { IdleTimeOut: 60 } } });
    expect((await scf.GetFunction({ FunctionName: 'fn' })).ProtocolParams?.WSParams?.IdleTimeOut).toBe(60);
  });
});

describe('states', () => {
  const busyCodes = /^(UnauthorizedOperation\.FunctionStatus|FailedOperation\.\w+|ResourceInUse)$/;

  test('a function that is being made or changed refuses changes until it is active', async () => {
    const { scf } = clientsOf(cloud);
    const change = () => scf.UpdateFunctionConfiguration({ FunctionName: 'fn', Timeout: 9 });
    const refused = { code: expect.stringMatching(busyCodes) };
    await create();
    expect((await scf.GetFunction({ FunctionName: 'fn' })).Status).toBe('Creating');
    await expect(change()).rejects.toMatchObject(refused);
    await expect(scf.DeleteFunction({ FunctionName: 'fn' })).rejects.toMatchObject(refused);
    await untilActive(cloud, 'fn');
    await change();
    await expect(change()).rejects.toMatchObject(refused);
    await untilActive(cloud, 'fn');
    await scf.DeleteFunction({ FunctionName: 'fn' });
    while (!cloud.isEmpty()) await delay(10);
    await expect(scf.GetFunction({ FunctionName: 'fn' })).rejects.toMatchObject({ code: 'ResourceNotFound.Function' });
  });

  test('12.6: a function that says it is active may refuse changes for a while, in one way or another', async () => {
    await cloud.close();
    cloud = await startCloud({ timers: 'on demand', stateDelayMs: 5, busyMs: 60_000 });
    await create();
    await untilActive(cloud, 'fn');
    const { scf } = clientsOf(cloud);
    const change = () => scf.UpdateFunctionConfiguration({ FunctionName: 'fn', Timeout: 9 });
    const refusals = await Promise.all([1, 2, 3, 4].map(() => change().then(String, error => error.code)));
    expect(new Set(refusals).size).toBe(4);
    for (const code of refusals) expect(code).toMatch(busyCodes);
  });

  test.each([
    ['forbidden', /^UnauthorizedOperation: you are not authorized to perform operation \(cls:CreateLogset\)/],
    ['unopened', /^OperationDenied\.AccountNotExists: account is abnormal/],
  ] as const)('12.1: a function that would have a log set is not made where CLS is %s', async (cls, reason) => {
    await cloud.close();
    cloud = await startCloud({ timers: 'on demand', cls });
    await create({ AutoCreateClsTopic: undefined });
    await create({ FunctionName: 'silent' });
    await untilActive(cloud, 'silent');
    const { scf } = clientsOf(cloud);
    await expect(untilActive(cloud, 'fn')).rejects.toThrow('CreateFailed');
    const { CodeSize, StatusReasons: [{ ErrorCode = '', ErrorMessage = '' } = {}] = [] } = await scf.GetFunction({
      FunctionName: 'fn',
    });
    expect(`${ErrorCode}: ${ErrorMessage}`).toMatch(reason);
    expect(CodeSize).toBe(0);
    // It can only be deleted.
    const change = scf.UpdateFunctionConfiguration({ FunctionName: 'fn', Timeout: 9 });
    await expect(change).rejects.toMatchObject({ code: 'UnauthorizedOperation.FunctionStatus' });
    await scf.DeleteFunction({ FunctionName: 'fn' });
  });

  test('12.2: a change may be taken and fail afterwards, and the next one works', async () => {
    const { scf } = clientsOf(cloud);
    await create();
    await untilActive(cloud, 'fn');
    cloud.failChanges('fn', { ErrorCode: 'FailedOperation.Code', ErrorMessage: 'no' });
    await scf.UpdateFunctionCode({ FunctionName: 'fn', Code: { ZipFile } });
    await expect(untilActive(cloud, 'fn')).rejects.toThrow(
      'UpdateFailed: [{"ErrorCode":"FailedOperation.Code","ErrorMessage":"no"}]',
    );
    await scf.UpdateFunctionCode({ FunctionName: 'fn', Code: { ZipFile } });
    await untilActive(cloud, 'fn');
    expect((await scf.GetFunction({ FunctionName: 'fn' })).StatusReasons).toEqual([]);
  });

  test('a function is made once, and there are not too many', async () => {
    await cloud.close();
    cloud = await startCloud({ mostFunctions: 1 });
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'ResourceInUse.FunctionName' });
    await expect(create({ FunctionName: 'other' })).rejects.toMatchObject({ code: 'LimitExceeded.Function' });
  });

  test('triggers are there once, and their deletion twice is an error', async () => {
    await deploy(cloud, '');
    const { scf } = clientsOf(cloud);
    const trigger = { FunctionName: 'fn', TriggerName: 'timer', Type: 'timer', TriggerDesc: '0 0 4 * * * *' };
    await scf.CreateTrigger(trigger);
    await expect(scf.CreateTrigger(trigger)).rejects.toMatchObject({ code: 'ResourceInUse.Trigger' });
    expect((await scf.ListTriggers({ FunctionName: 'fn' })).Triggers?.[0]?.TriggerDesc).toBe(
      '{"cron":"0 0 4 * * * *"}',
    );
    const { TriggerDesc: _, ...named } = trigger;
    await scf.DeleteTrigger(named);
    await expect(scf.DeleteTrigger(named)).rejects.toMatchObject({ code: 'ResourceNotFound.Trigger' });
  });

  test('two deployments of the same have the same state, whatever their ids and ports', async () => {
    const other = await startCloud();
    for (const each of [cloud, other]) await deploy(each, 'exports.main_handler = async () => 1;');
    expect(cloud.state()).toEqual(other.state());
    await clientsOf(other).scf.UpdateFunctionConfiguration({ FunctionName: 'fn', Timeout: 9 });
    expect(cloud.state()).not.toEqual(other.state());
    await other.close();
  });
});

test('a bucket has a domain of its own, where objects are shown', async () => {
  const cos = cosOf(cloud);
  const named = { Bucket: 'pages-1250000000', Region: cloud.region };
  await cos.putBucket(named);
  await cos.putObject({ ...named, Key: 'order.html', Body: '<p>', ContentType: 'text/html' });
  const response = await fetch(`${await cloud.bucketDomain('pages-1250000000')}/order.html`);
  expect([response.status, response.headers.get('content-disposition')]).toEqual([200, null]);
  expect(cloud.state().buckets).toMatchObject([{ name: 'pages-1250000000', objects: [{ key: 'order.html' }] }]);
});

describe('faults', () => {
  test('refuse the n-th call with any code, and count only what matches', async () => {
    cloud.faults.add({ action: 'ListFunctions', nth: 2, code: 'RequestLimitExceeded' });
    const { scf, sts } = clientsOf(cloud);
    await scf.ListFunctions({});
    await sts.GetCallerIdentity();
    await expect(scf.ListFunctions({})).rejects.toMatchObject({ code: 'RequestLimitExceeded' });
    await scf.ListFunctions({});
    expect(cloud.faults.calls.map(({ product, action, code }) => [product, action, code])).toEqual([
      ['scf', 'ListFunctions', undefined],
      ['sts', 'GetCallerIdentity', undefined],
      ['scf', 'ListFunctions', 'RequestLimitExceeded'],
      ['scf', 'ListFunctions', undefined],
    ]);
  });

  test('cut the connection before the effect or after it', async () => {
    cloud.faults.add({ action: 'CreateFunction', cut: 'before' });
    await expect(create()).rejects.toThrow();
    expect(cloud.isEmpty()).toBe(true);
    cloud.faults.add({ action: 'CreateFunction', cut: 'after' });
    await expect(create()).rejects.toThrow();
    expect(cloud.isEmpty()).toBe(false);
  });

  test('let an effect happen and then answer an error', async () => {
    cloud.faults.add({ code: 'InternalError', afterEffect: true });
    await expect(create()).rejects.toMatchObject({ code: 'InternalError' });
    expect(cloud.isEmpty()).toBe(false);
  });

  test('leave a call without an answer', async () => {
    cloud.faults.add({ hang: 'before' });
    const client = clientsOf(cloud).scf;
    const given = await Promise.race([client.ListFunctions({}).catch(() => 'refused'), delay(200, 'nothing')]);
    expect(given).toBe('nothing');
    cloud.faults.clear();
    expect((await client.ListFunctions({})).TotalCount).toBe(0);
  });

  test('tell the test of the n-th call, and of all after a death none has an effect', async () => {
    const seen: string[] = [];
    cloud.faults.add({ nth: 2, run: call => seen.push(call.action) });
    cloud.faults.add({ nth: 3, times: Number.POSITIVE_INFINITY, cut: 'before' });
    const { scf } = clientsOf(cloud);
    await scf.ListFunctions({});
    await scf.ListFunctions({});
    await expect(create()).rejects.toThrow();
    await expect(create()).rejects.toThrow();
    expect([seen, cloud.isEmpty()]).toEqual([['ListFunctions'], true]);
  });
});

/** A call of ListFunctions signed by hand after the documents (213/30654), and the code of its error. */
async function raw({
  timestamp = Math.floor(Date.now() / 1000),
  action = 'ListFunctions',
  region = cloud.region,
  sent = '{"Limit":1}',
  authorization = undefined as string | undefined,
}): Promise<string | undefined> {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const headers = 'content-type:application/json\nhost:127.0.0.1\n';
  const canonical = `POST\n/\n\n${headers}\ncontent-type;host\n${hash('{"Limit":1}')}`;
  const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${date}/scf/tc3_request\n${hash(canonical)}`;
  const key = hmac(hmac(hmac(`TC3${cloud.env.TENCENT_SECRET_KEY}`, date), 'scf'), 'tc3_request');
  const credential = `${cloud.env.TENCENT_SECRET_ID}/${date}/scf/tc3_request`;
  const made = `TC3-HMAC-SHA256 Credential=${credential}, SignedHeaders=content-type;host, Signature=${hmac(key, toSign).toString('hex')}`;
  const response = await fetch(cloud.url, {
    method: 'POST',
    body: sent,
    headers: {
      'content-type': 'application/json',
      authorization: authorization ?? made,
      'x-tc-action': action,
      'x-tc-version': '2018-04-16',
      'x-tc-timestamp': String(timestamp),
      'x-tc-region': region,
    },
  });
  expect(response.status).toBe(200);
  const { Response } = (await response.json()) as { Response: { Error?: { Code: string } } };
  return Response.Error?.Code;
}

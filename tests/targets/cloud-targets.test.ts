import { readCloudTarget } from '../../apigateway/server/targets/cloud-target.ts';
import { TargetError } from '../../apigateway/server/targets/target.ts';
import { createTargets, type Targets } from '../../apigateway/server/targets/targets.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { deploy } from '../cloud/sdk-clients.ts';
import { type LambdaServer, lambdaKey, startLambda } from './lambda-server.ts';

// Functions where they are: on SCF and on Lambda, each on a server that checks signatures, called by the real SDKs.

const timeoutMs = 3_000;
let targets: Targets;
beforeEach(() => {
  targets = createTargets({ timeoutMs, signingSecrets: [] });
});
afterEach(() => targets.close());

const before = { ...process.env };
afterAll(() => {
  process.env = before;
});

/** What became of a call: what was returned, or why not. */
async function outcome(target: string, event: object = {}, ms = timeoutMs): Promise<unknown> {
  try {
    return await (await targets.open(target, ms)).call(event, 'r1');
  } catch (error) {
    return error instanceof TargetError ? error.reason : error;
  }
}

async function messageOf(target: string): Promise<string> {
  const opened = await targets.open(target);
  return opened.call({}, 'r1').then(
    () => '',
    error => `${error.message}: ${error.cause?.message}`,
  );
}

test.each<[string, object | undefined]>([
  ['scf:ap-guangzhou/default/transport', { region: 'ap-guangzhou', namespace: 'default', name: 'transport' }],
  [
    'scf:ap-guangzhou/prod/chat-1:$LATEST',
    { region: 'ap-guangzhou', namespace: 'prod', name: 'chat-1', qualifier: '$LATEST' },
  ],
  ['lambda:eu-central-1/orders', { region: 'eu-central-1', name: 'orders' }],
  ['lambda:eu-central-1/orders:live', { region: 'eu-central-1', name: 'orders', qualifier: 'live' }],
  ['scf:ap-guangzhou/transport', undefined],
  ['lambda:eu-central-1/a/b', undefined],
  ['lambda:orders', undefined],
  ['scf:ap-guangzhou//transport', undefined],
  ['ecs:x/y', undefined],
])('%s names %j', (target, expected) => {
  expect(readCloudTarget(target)).toEqual(expected);
});

describe('a function on SCF', () => {
  let cloud: Cloud;
  const at = (name: string) => `scf:${cloud.region}/default/${name}`;
  beforeAll(async () => {
    cloud = await startCloud();
    Object.assign(process.env, cloud.env);
    await deploy(
      cloud,
      `exports.main_handler = async event => {
        if (event.throw) throw new Error('broke in the function');
        if (event.hang) await new Promise(() => setTimeout(() => {}, 60_000));
        return event.text ? 'a text' : { got: event };
      };`,
      { Timeout: 1 },
    );
  });
  afterAll(() => cloud?.close());

  it('gets the event and its answer comes back', async () => {
    expect(await outcome(at('fn'), { websocket: { data: '鸡蛋' } })).toEqual({ got: { websocket: { data: '鸡蛋' } } });
    expect(await outcome(at('fn'), { text: true })).toBe('a text');
  });

  it('that fails, takes too long here or there, or does not exist, is told apart', async () => {
    expect(await outcome(at('fn'), { throw: true })).toBe('failed');
    expect(await outcome(at('fn'), { hang: true }, 20_000)).toBe('timeout');
    expect(await outcome(at('fn'), { hang: true }, 200)).toBe('timeout');
    expect(await outcome(at('nobody'))).toBe('refused');
    expect(await messageOf(at('nobody'))).toMatch(/ResourceNotFound\.Function, request id [\w-]{36}/);
  });

  it('is refused with wrong credentials and in a wrong region, throttled where the API says so', async () => {
    expect(await outcome('scf:ap-nowhere/default/fn')).toBe('refused');
    process.env.TENCENT_SECRET_KEY = 'another secret key';
    expect(await messageOf(at('fn'))).toContain('AuthFailure.SignatureFailure');
    Object.assign(process.env, cloud.env);
    cloud.faults.add({ product: 'scf', code: 'RequestLimitExceeded' });
    expect(await outcome(at('fn'))).toBe('throttled');
    expect(await outcome(at('fn'))).toEqual({ got: {} });
  });

  it('needs credentials, which are asked for by name before the gateway starts', async () => {
    process.env.TENCENT_SECRET_ID = ' ';
    await expect(targets.open(at('fn'))).rejects.toThrow('TENCENT_SECRET_ID');
    Object.assign(process.env, cloud.env);
  });
});

describe('a function on Lambda', () => {
  let lambda: LambdaServer;
  const at = (name: string) => `lambda:eu-central-1/${name}`;
  beforeAll(async () => {
    lambda = await startLambda('eu-central-1');
    lambda.functions.set('orders', event => ({ got: event }));
    lambda.functions.set('orders:live', () => 'live');
    lambda.functions.set('nothing', () => undefined);
    lambda.functions.set('throws', () => Promise.reject(new Error('broke in the function')));
    lambda.functions.set('late', () => Promise.reject(new Error('2026-11-01 Task timed out after 3.00 seconds')));
    lambda.functions.set('never', () => new Promise(() => {}));
  });
  afterAll(() => lambda?.stop());
  beforeEach(() => {
    process.env.AWS_ENDPOINT_URL = lambda.url;
    process.env.AWS_ACCESS_KEY_ID = lambdaKey.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = lambdaKey.secretAccessKey;
  });

  it('gets the event and its answer comes back, of the version that is named', async () => {
    expect(await outcome(at('orders'), { body: '鸡蛋' })).toEqual({ got: { body: '鸡蛋' } });
    expect(await outcome(at('orders:live'))).toBe('live');
    expect(await outcome(at('nothing'))).toBeNull();
  });

  it('that fails, takes too long here or there, is throttled, or does not exist, is told apart', async () => {
    expect(await outcome(at('throws'))).toBe('failed');
    expect(await messageOf(at('throws'))).toBe(
      'lambda:eu-central-1/throws failed, request id request-1: broke in the function',
    );
    expect(await outcome(at('late'))).toBe('timeout');
    expect(await outcome(at('never'), {}, 200)).toBe('timeout');
    lambda.throttled.add('orders');
    expect(await outcome(at('orders'))).toBe('throttled');
    lambda.throttled.delete('orders');
    expect(await outcome(at('orders'))).toEqual({ got: {} });
    expect(await outcome(at('nobody'))).toBe('refused');
    expect(await messageOf(at('nobody'))).toContain('ResourceNotFoundException, request id request-1');
  });

  it('is called once however it fails', async () => {
    const earlier = lambda.calls.length;
    await outcome(at('throws'));
    // The SDK would try this one again by itself.
    lambda.throttled.add('orders');
    await outcome(at('orders'));
    lambda.throttled.delete('orders');
    expect(lambda.calls).toHaveLength(earlier + 2);
  });

  it('is refused with wrong credentials and in a wrong region, and unreachable where nobody listens', async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'another secret key';
    expect(await outcome(at('orders'))).toBe('refused');
    process.env.AWS_SECRET_ACCESS_KEY = lambdaKey.secretAccessKey;
    expect(await outcome('lambda:eu-west-1/orders')).toBe('refused');
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
    expect(await outcome(at('orders'))).toBe('unreachable');
  });
});

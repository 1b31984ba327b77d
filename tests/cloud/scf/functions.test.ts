import { setTimeout as delay } from 'node:timers/promises';
import { type Cloud, startCloud } from '../cloud.ts';
import { clientsOf, deploy, openUrl, untilActive, zipOf } from '../sdk-clients.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startCloud({ timers: 'on demand', retryDelayMs: 1 });
});
afterEach(() => cloud.close());

const echo = 'exports.main_handler = async (event, context) => ({ event, name: context.function_name });';

async function invoke(FunctionName: string, event: unknown = {}) {
  const request = { FunctionName, ClientContext: JSON.stringify(event), LogType: 'Tail' };
  const { Result } = await clientsOf(cloud).scf.Invoke(request);
  return { ...Result, returned: JSON.parse(Result?.RetMsg ?? '') as Record<string, unknown> };
}

describe('a deployed event function', () => {
  test('runs, with its event and its context', async () => {
    await deploy(cloud, echo);
    expect((await invoke('fn', { a: 1 })).returned).toEqual({ event: { a: 1 }, name: 'fn' });
  });

  test('has its own environment, the platform’s few variables and nothing else', async () => {
    const Variables = [{ Key: 'DATABASE_URL', Value: 'postgres://x' }];
    await deploy(cloud, 'exports.main_handler = async () => process.env;', { Environment: { Variables } });
    const names = Object.keys((await invoke('fn')).returned).filter(name => !/^(SCF_|TENCENTCLOUD_)/.test(name));
    expect(names.sort()).toEqual(['DATABASE_URL', 'PATH']);
  });

  test('keeps what it has in memory, one event at a time, and is several when several come', async () => {
    await deploy(
      cloud,
      `let calls = 0, busy = 0;
       exports.main_handler = async () => {
         busy += 1; calls += 1;
         await new Promise(resolve => setTimeout(resolve, 100));
         return { calls, most: busy--, pid: process.pid };
       };`,
    );
    const together = await Promise.all([invoke('fn'), invoke('fn'), invoke('fn')]);
    expect(new Set(together.map(({ returned }) => returned.pid)).size).toBe(3);
    expect(together.every(({ returned }) => returned.most === 1)).toBe(true);
    expect((await invoke('fn')).returned.calls).toBe(2);
  });

  test.each([
    [430, 'exports.main_handler = async () => { throw new Error("broken"); };'],
    [433, 'exports.main_handler = () => new Promise(resolve => setTimeout(resolve, 60000));'],
    [
      434,
      'exports.main_handler = async () => { const all = []; while (true) all.push(new Array(1e5).fill({}).map(() => ({ a: {} }))); };',
    ],
    [437, 'exports.other = async () => {};'],
    [443, 'exports.main_handler = async () => {'],
    [407, 'exports.main_handler = async () => "x".repeat(7e6);'],
    [405, 'exports.main_handler = async () => process.exit(3);'],
  ])('ends with status %i', async (status, source) => {
    await deploy(cloud, source, { Timeout: status === 433 ? 1 : 20, MemorySize: 64 });
    const { InvokeResult, returned, ErrMsg } = await invoke('fn');
    expect(InvokeResult).toBe(status);
    expect(returned).toMatchObject({ statusCode: status, errorMessage: ErrMsg });
    expect(cloud.invocations.map(each => each.status)).toEqual([status]);
  });

  test('runs again after a time-out', async () => {
    await deploy(cloud, 'exports.main_handler = event => new Promise(done => event.answer && done("ok"));', {
      Timeout: 1,
    });
    expect((await invoke('fn')).InvokeResult).toBe(433);
    expect((await invoke('fn', { answer: true })).returned).toBe('ok');
  });

  test('logs what it writes', async () => {
    await deploy(cloud, 'exports.main_handler = async () => { console.log("hello"); console.error("world"); };');
    expect((await invoke('fn')).Log).toBe('hello\nworld\n');
    expect(cloud.invocations[0]).toMatchObject({ status: 200, log: 'hello\nworld\n' });
  });

  test('runs its new code after an update', async () => {
    await deploy(cloud, echo);
    await invoke('fn');
    const Code = { ZipFile: await zipOf({ 'index.js': 'exports.main_handler = async () => "new";' }) };
    await clientsOf(cloud).scf.UpdateFunctionCode({ FunctionName: 'fn', Code });
    await untilActive(cloud, 'fn');
    expect((await invoke('fn')).returned).toBe('new');
  });

  test('is repeated when an asynchronous call of it fails', async () => {
    await deploy(cloud, 'exports.main_handler = async () => { throw new Error("no"); };');
    await clientsOf(cloud).scf.Invoke({ FunctionName: 'fn', InvocationType: 'Event' });
    while (cloud.invocations.length < 3) await delay(10);
    expect(cloud.invocations.map(({ status }) => status)).toEqual([430, 430, 430]);
  });
});

describe('a function URL', () => {
  const answer =
    'exports.main_handler = async event => ({ statusCode: 201, headers: { "X-A": "b" }, body: JSON.stringify(event) });';

  test('gives the function five fields and the caller’s address', async () => {
    await deploy(cloud, answer);
    const url = await openUrl(cloud, 'fn');
    const response = await fetch(`${url}/bill?a=1&b=2&b=3`, { method: 'POST', body: '{"x":"点心"}' });
    expect([response.status, response.headers.get('x-a')]).toEqual([201, 'b']);
    const event = (await response.json()) as Record<string, Record<string, string>>;
    expect(Object.keys(event).sort()).toEqual(['body', 'headers', 'httpMethod', 'path', 'queryString']);
    expect(event).toMatchObject({
      httpMethod: 'POST',
      path: '/bill',
      body: '{"x":"点心"}',
      queryString: { a: '1', b: ['2', '3'] },
    });
    expect(event.headers?.['x-scf-remote-addr']).toBe('127.0.0.1');
  });

  test.each([
    '"text"',
    '{ statusCode: "200", body: "" }',
    '{ statusCode: 200, body: {} }',
    '{ statusCode: 200, headers: { a: 1 }, body: "" }',
    'null',
  ])('refuses the answer %s', async value => {
    await deploy(cloud, `exports.main_handler = async () => (${value});`);
    const response = await fetch(await openUrl(cloud, 'fn'));
    expect(await response.json()).toEqual({
      errno: 403,
      error: 'Invalid scf response format. please check your scf response format.',
    });
  });

  test('answers preflights itself, and adds what CORS needs to answers', async () => {
    await deploy(cloud, answer);
    const CorsConfig = {
      Enable: true,
      Origins: ['https://shop.example'],
      Methods: ['POST'],
      Headers: ['content-type'],
      ExposeHeaders: ['x-a'],
      MaxAge: 600,
    };
    const url = await openUrl(cloud, 'fn', { CorsConfig });
    const preflight = (origin: string) =>
      fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight('https://shop.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
    expect(allowed.headers.get('access-control-allow-methods')).toBe('POST');
    expect((await preflight('https://other.example')).headers.get('access-control-allow-origin')).toBeNull();
    expect(cloud.invocations).toHaveLength(0);
    const real = await fetch(url, { headers: { origin: 'https://shop.example' } });
    expect(real.headers.get('access-control-expose-headers')).toBe('x-a');
  });

  test('12.7: takes no OPTIONS among its methods, and does not say whether its answers are those of API Gateway', async () => {
    await deploy(cloud, answer);
    const CorsConfig = { Enable: true, Origins: ['*'], Methods: ['POST', 'OPTIONS'] };
    await expect(openUrl(cloud, 'fn', { CorsConfig })).rejects.toMatchObject({
      code: 'InvalidParameterValue.TriggerDesc',
    });
    await expect(openUrl(cloud, 'fn', { Colour: 'red' })).rejects.toMatchObject({
      code: 'InvalidParameterValue.TriggerDesc',
    });
    await openUrl(cloud, 'fn', { ApiGwCompatible: true });
    const { Triggers = [] } = await clientsOf(cloud).scf.GetFunction({ FunctionName: 'fn' });
    expect(Object.keys(JSON.parse(Triggers[0]?.TriggerDesc ?? ''))).toEqual([
      'AuthType',
      'NetConfig',
      'EnableSimpleMode',
    ]);
  });

  test('12.7: may name the caller with a port', async () => {
    await cloud.close();
    cloud = await startCloud({ timers: 'on demand', remoteAddress: 'address:port' });
    await deploy(cloud, answer);
    const event = (await (await fetch(await openUrl(cloud, 'fn'))).json()) as { headers: Record<string, string> };
    expect(event.headers['x-scf-remote-addr']).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  test('keeps its address when the function changes, and is gone with it', async () => {
    await deploy(cloud, answer);
    const url = await openUrl(cloud, 'fn');
    const { scf } = clientsOf(cloud);
    await scf.UpdateFunctionConfiguration({ FunctionName: 'fn', Timeout: 4 });
    await untilActive(cloud, 'fn');
    expect((await fetch(url)).status).toBe(201);
    await scf.DeleteFunction({ FunctionName: 'fn' });
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('a timer', () => {
  const cron = (TriggerDesc: string) =>
    clientsOf(cloud).scf.CreateTrigger({
      FunctionName: 'fn',
      TriggerName: 'timer',
      Type: 'timer',
      TriggerDesc,
      Enable: 'OPEN',
    });

  test('calls its function with the timer’s event', async () => {
    await deploy(cloud, echo);
    await cron('*/20 * * * * * *');
    expect(JSON.parse((await cloud.runTimer('fn')).answer)).toMatchObject({
      event: { Type: 'Timer', TriggerName: 'timer' },
    });
  });

  test('runs by the clock', async () => {
    await cloud.close();
    cloud = await startCloud();
    await deploy(cloud, echo);
    await cron('* * * * * * *');
    while (cloud.invocations.length < 2) await delay(50);
    expect(cloud.invocations[0]?.status).toBe(200);
  });

  test.each([
    '* * * * *',
    '60 * * * * * *',
    '*/0 * * * * * *',
    'x * * * * * *',
    '{"cron":"0 0 4 * * * *"}',
    '',
  ])('is refused when its expression is %j', async desc => {
    await deploy(cloud, echo);
    await expect(cron(desc)).rejects.toMatchObject({ code: 'InvalidParameterValue.TriggerDesc' });
  });
});

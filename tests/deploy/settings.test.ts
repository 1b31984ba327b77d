import type { FunctionConfiguration } from '../../scripts/ordering/configuration.ts';
import { readSettings } from '../../scripts/ordering/settings.ts';
import { readAccess } from '../../scripts/tencent/service/access.ts';
import { masked, problemsOfVariables, secretsIn } from '../../scripts/tencent/service/environment.ts';
import type { Serverless } from '../../scripts/tencent/service/serverless.ts';

interface Changes {
  provider?: object;
  custom?: object;
  functions?: Record<string, Partial<FunctionConfiguration>>;
}

/** What `sls` hands over, with changes. */
function serverless({ provider = {}, custom = {}, functions = {} }: Changes = {}): Serverless {
  const http = (method: 'GET' | 'POST', path: string) => ({ events: [{ http: { method, path } }] });
  const all: Record<string, Partial<FunctionConfiguration>> = {
    bill: http('POST', '/bill'),
    get_shop_info: http('GET', '/get_shop_info'),
    init_db: {},
    register: { events: [{ websocket: 'register' }] },
    transport: { events: [{ websocket: 'transport' }] },
    cleanup: { events: [{ websocket: 'cleanup' }] },
    gateway: { timeout: 900, web: {} },
    ...functions,
  };
  const named = Object.entries(all).map(([key, each]) => [key, { name: `shop-dev-${key}`, ...each }]);
  const service = {
    service: 'shop',
    provider: { name: 'tencent', region: 'ap-guangzhou', ...provider },
    custom,
    functions: Object.fromEntries(named),
  };
  return { service } as unknown as Serverless;
}

const pages = { bucket: 'pages-1250000000', domain: 'https://a.example' };

describe('serverless.yml', () => {
  it('leaves out what belongs to the other mode', () => {
    const keys = (custom: object) => readSettings(serverless({ custom }), 'dev').functions.map(({ key }) => key);
    const both = ['bill', 'get_shop_info', 'init_db'];
    expect(keys({})).toEqual([...both, 'gateway']);
    expect(keys({ gateway: 'apigateway', pages })).toEqual([...both, 'register', 'transport', 'cleanup']);
  });

  it.each<[string, Changes, string]>([
    [
      'a runtime we are not built for',
      { provider: { runtime: 'Nodejs12.16' } },
      'provider.runtime "Nodejs12.16": must be Nodejs20.19',
    ],
    [
      'a memory between the steps',
      { provider: { memorySize: 200 } },
      'functions.bill.memorySize 200: must be 64 or a multiple of 128',
    ],
    ['a name that is too long', { functions: { bill: { name: `a${'b'.repeat(60)}` } } }, 'must have 2 to 60 letters'],
    [
      'a timer without seconds',
      { functions: { redeliver: { events: [{ timer: '* * * * *' }] } } },
      'must have seven fields',
    ],
    ['an unknown setting', { custom: { gatway: 1 } }, 'custom.gatway: unknown; known are gateway, pages, demoShops'],
    [
      'an origin that is none',
      { custom: { origins: ['https://shop.example/menu'] } },
      'custom.origins "https://shop.example/menu": must be an origin',
    ],
    [
      'an origin for all',
      { functions: { gateway: { web: {}, environment: { ORIGINS: 'https://a.example,*' } } } },
      'functions.gateway.environment.ORIGINS "*": must be an origin',
    ],
    [
      'pages that nobody would serve',
      { custom: { gateway: 'apigateway' } },
      'custom.pages: API Gateway serves no pages',
    ],
    ['a database without a network', { provider: { database: {} } }, 'provider.database: the database is private'],
    [
      'an idle limit above the time-out',
      { functions: { gateway: { web: { idleSeconds: 60 }, timeout: 30 } } },
      'web.idleSeconds 60',
    ],
    ['no way to order', { functions: { bill: { events: [] } } }, 'functions.bill: pages call it'],
    ['no gateway', { functions: { gateway: {} } }, 'functions: 0 have `web`'],
    ['two gateways', { functions: { other: { timeout: 900, web: {} } } }, 'functions: 2 have `web`'],
    [
      'API Gateway and nobody for its frames',
      { custom: { gateway: 'apigateway', pages }, functions: { transport: {} } },
      'one has to have the event `websocket: transport`',
    ],
    [
      'two timers for one function',
      { functions: { redeliver: { events: [{ timer: '0 * * * * * *' }, { timer: '30 * * * * * *' }] } } },
      'functions.redeliver: two timer events, of which a function can have one',
    ],
  ])('with %s is refused', (_, changes, message) => {
    expect(() => readSettings(serverless(changes), 'dev')).toThrow(message);
  });

  it('9.7: names origins of pages and apps, which are then spelled as browsers spell them', () => {
    const origins = ['Capacitor://localhost', 'https://Menu.Example:443', 'https://外卖.example'];
    const custom = { pages: { ...pages, domain: 'https://A.example' }, origins };
    expect(readSettings(serverless({ custom }), 'dev')).toMatchObject({
      bucket: { domain: 'https://a.example' },
      origins: ['capacitor://localhost', 'https://menu.example', 'https://xn--5krr7k.example'],
    });
  });

  it('is refused with everything that is wrong at once', () => {
    const changes = { provider: { runtime: 'Go1' }, functions: { bill: { events: [] } }, custom: { x: 1 } };
    expect(() => readSettings(serverless(changes), 'dev')).toThrow(/^nothing was changed:(\n {2}- .+){3}$/);
  });
});

describe('access', () => {
  it.each([
    [{}, 'TENCENT_SECRET_ID and TENCENT_SECRET_KEY not set'],
    [{ TENCENT_SECRET_ID: 'id', TENCENT_SECRET_KEY: ' ' }, 'TENCENT_SECRET_KEY not set'],
  ])('is refused when credentials are missing: %p', (environment, message) => {
    expect(() => readAccess('ap-guangzhou', environment)).toThrow(message);
  });

  it('is refused for what is no region', () => {
    expect(() => readAccess('guangzhou', { TENCENT_SECRET_ID: 'id', TENCENT_SECRET_KEY: 'key' })).toThrow(
      '"guangzhou" is no region',
    );
  });
});

describe('variables of a function', () => {
  it.each([
    [{ 'A-B': 'x' }, 'the variable A-B is not allowed'],
    [{ SCF_X: 'x' }, 'the variable SCF_X is not allowed'],
    [{ EMPTY: '' }, 'the variable EMPTY is empty'],
    [{ BIG: 'x'.repeat(4100) }, 'its variables have 4103 bytes, more than 4096'],
  ])('%p are refused', (variables, message) => {
    expect(problemsOfVariables('bill', variables).join('\n')).toContain(message);
  });

  it('are shown without secrets', () => {
    const variables = { DATABASE_URL: 'postgres://a:b@c/d', TOKEN_SECRET: 's', LOG_LEVEL: 'info' };
    expect(masked(variables)).toEqual({ DATABASE_URL: '********', TOKEN_SECRET: '********', LOG_LEVEL: 'info' });
    expect(secretsIn(variables)).toEqual(['postgres://a:b@c/d', 's']);
    expect(masked({ HOOK: 'https://a:b@c/d', PLAIN: 'https://c/d' })).toEqual({
      HOOK: '********',
      PLAIN: 'https://c/d',
    });
  });
});

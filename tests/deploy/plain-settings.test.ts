import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TencentFunction, TencentProvider } from '../../scripts/tencent/plain/configuration.ts';
import { providerSchema } from '../../scripts/tencent/plain/schema.ts';
import { readPlainSettings } from '../../scripts/tencent/plain/settings.ts';
import { variablesOf } from '../../scripts/tencent/plain/variables.ts';
import type { Serverless } from '../../scripts/tencent/service/serverless.ts';

let serviceDir: string;
beforeAll(() => {
  serviceDir = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-plain-'));
  mkdirSync(path.join(serviceDir, 'room'));
  writeFileSync(path.join(serviceDir, 'room/index.js'), '');
});
afterAll(() => rmSync(serviceDir, { recursive: true }));

const hello: TencentFunction = { handler: 'index.main_handler', runtime: 'Nodejs20.19' };
const room = (key: string): Record<string, TencentFunction> => ({
  [`${key}_in`]: hello,
  [`${key}_out`]: hello,
  [key]: { ...hello, events: [{ websocket: { path: `/${key}`, register: `${key}_in`, cleanup: `${key}_out` } }] },
});

function read(functions: Record<string, TencentFunction>, provider: Partial<TencentProvider> = {}) {
  const service = { service: 'shop', provider: { name: 'tencent', region: 'ap-guangzhou', ...provider }, functions };
  return readPlainSettings({ serviceDir, service } as unknown as Serverless, 'dev');
}

describe('12: serverless.yml of anybody’s service', () => {
  it.each<
    [what: string, functions: Record<string, TencentFunction>, provider: Partial<TencentProvider>, message: string]
  >([
    ['no runtime', { a: { handler: 'index.main_handler' } }, {}, 'functions.a.runtime: say which, as Nodejs20.19'],
    ['a handler with a folder', { a: { ...hello, handler: 'src/index.run' } }, {}, 'say the folder as folder: src'],
    [
      'a handler without a function',
      { a: { ...hello, handler: 'index' } },
      {},
      'must be file.function, as index.main_handler',
    ],
    [
      'a handler of Go with a function',
      { a: { handler: 'main.run!', runtime: 'Go1' } },
      {},
      'must be the name of the program, as main',
    ],
    ['a folder that there is not', { a: { ...hello, folder: 'rom' } }, {}, 'functions.a.folder: there is no folder'],
    [
      'a handler that is not in its folder',
      { a: { ...hello, folder: 'room', handler: 'app.run' } },
      {},
      'there is no app in',
    ],
    [
      'a folder and patterns',
      { a: { ...hello, folder: 'room', package: { patterns: ['x'] } } },
      {},
      'folder says all that is packed, so leave out package.patterns',
    ],
    [
      'two timers',
      { a: { ...hello, events: [{ timer: '0 * * * * * *' }, { timer: '1 * * * * * *' }] } },
      {},
      'functions.a: two timer events, of which a function can have one',
    ],
    ['a timer without seconds', { a: { ...hello, events: [{ timer: '* * * * *' }] } }, {}, 'must have seven fields'],
    ['a memory between the steps', { a: { ...hello, memorySize: 200 } }, {}, 'must be 64 or a multiple of 128'],
    ['a name that is too long', { [`a${'b'.repeat(55)}`]: hello }, {}, 'must have 2 to 60 letters'],
    [
      'a WebSocket whose function there is not',
      { a: { ...hello, events: [{ websocket: { path: '/a', register: 'b', cleanup: 'a' } }] } },
      { role: 'R' },
      'websocket /a: register names b, and there is no such function',
    ],
    [
      'two WebSockets at one path',
      { ...room('a'), b: { ...hello, events: [{ websocket: { path: '/a/', register: 'b', cleanup: 'b' } }] } },
      { role: 'R' },
      'the path is given twice, or two are too much alike',
    ],
    [
      'a function behind two WebSockets',
      { ...room('a'), b: { ...hello, events: [{ websocket: { path: '/b', register: 'a', cleanup: 'b' } }] } },
      { role: 'R' },
      'functions.a: is behind /a and /b, and could not know where to push',
    ],
    ['a WebSocket and no role', room('a'), {}, 'provider.role: the gateway calls the functions with a role'],
    [
      'a function called gateway beside it',
      { ...room('a'), gateway: hello },
      { role: 'R' },
      'functions.gateway: the gateway has this name',
    ],
    [
      'what is no origin',
      room('a'),
      { role: 'R', gateway: { origins: ['https://a.example/b'] } },
      'the origin "https://a.example/b" must be',
    ],
    [
      'a bucket without the account’s number',
      { a: hello },
      { buckets: { files: { name: 'files' } } },
      'provider.buckets.files.name "files": must be small letters, digits and -, with the account\'s number at its end',
    ],
    [
      'one bucket twice',
      { a: hello },
      { buckets: { one: { name: 'files-1250000000' }, two: { name: 'files-1250000000' } } },
      'provider.buckets.two.name "files-1250000000": another bucket has this name',
    ],
    [
      'a website that nobody may see',
      { a: hello },
      { buckets: { site: { name: 'site-1250000000', website: true } } },
      'provider.buckets.site.website: a website is for everybody, so say acl: public-read too',
    ],
    [
      'a folder for a bucket that there is not',
      { a: hello },
      { buckets: { site: { name: 'site-1250000000', folder: 'pubic' } } },
      'provider.buckets.site.folder: there is no folder',
    ],
    ['what is no origin of callers', { a: hello }, { corsOrigins: ['a.example'] }, 'the origin "a.example" must be'],
  ])('with %s is refused', (_, functions, provider, message) => {
    expect(() => read(functions, provider)).toThrow(message);
  });

  it('is refused with everything that is wrong at once', () => {
    const functions = { a: { handler: 'x' }, ...room('b') };
    expect(() => read(functions)).toThrow(/^nothing was changed:(\n {2}- .+){3}$/);
  });

  it('puts the gateway beside the functions only where it holds a WebSocket', () => {
    const keys = (provider: Partial<TencentProvider>, functions = room('a')) =>
      read(functions, provider).functions.map(({ key }) => key);
    expect(keys({ role: 'R' })).toContain('gateway');
    expect(keys({ gateway: { kind: 'apigateway' } })).not.toContain('gateway');
    expect(keys({}, { a: hello })).toEqual(['a']);
  });

  it('limits the gateway to one instance unless the instances reach each other', () => {
    const limit = (environment = {}) =>
      read(room('a'), { role: 'R', gateway: { environment } }).functions.find(({ key }) => key === 'gateway')
        ?.concurrency;
    expect(limit()).toBe(1);
    expect([limit({ REDIS_URL: 'redis://r' }), limit({ DATABASE_URL: 'postgres://p' })]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('tells functions of two WebSockets each where its own pushes go, and others nothing', () => {
    const settings = read({ ...room('a'), ...room('b'), c: hello }, { role: 'R' });
    const urls = { websocket_a: 'https://x/a', websocket_b: 'https://x/b' };
    const told = settings.functions.map(each => [
      each.key,
      variablesOf(each, settings, urls, { secret: 's', endpoint: undefined }).SEND_BACK_URL,
    ]);
    expect(Object.fromEntries(told)).toEqual({
      ...{ a: 'https://x/a', a_in: 'https://x/a', a_out: 'https://x/a' },
      ...{ b: 'https://x/b', b_in: 'https://x/b', b_out: 'https://x/b', c: undefined, gateway: undefined },
    });
  });

  it('may say what the types say, and nothing else', () => {
    const types = readFileSync('scripts/tencent/plain/configuration.ts', 'utf8');
    const namesIn = (name: string) => {
      const [, body = ''] = new RegExp(`interface ${name} \\{([^]*?)\\n\\}`).exec(types) ?? [];
      return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, key = '']) => key);
    };
    // osls knows these by itself.
    const without = (names: string[], own: string[]) => names.filter(name => !own.includes(name)).sort();
    const { provider, function: one } = providerSchema;
    expect(without(namesIn('TencentProvider'), ['name', 'stage'])).toEqual(Object.keys(provider.properties).sort());
    expect(without(namesIn('TencentFunction'), ['events'])).toEqual(Object.keys(one.properties).sort());
    const bucket = provider.properties.buckets.patternProperties['^[a-zA-Z][\\w-]*$'].properties;
    expect(namesIn('TencentBucket').sort()).toEqual(Object.keys(bucket).sort());
    expect(namesIn('TencentGateway').sort()).toEqual(Object.keys(provider.properties.gateway.properties).sort());
  });
});

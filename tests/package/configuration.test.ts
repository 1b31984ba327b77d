import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { wrongOptions } from '../../apigateway/server/check-options.ts';
import { gatewayOptions } from '../../scripts/gateway/options.ts';
import { readConfiguration } from '../../scripts/gateway-command/configuration.ts';
import { exampleConfiguration } from '../../scripts/gateway-command/example.ts';
import { keysOf } from '../../scripts/pack/gateway/keys.ts';

// What a configuration can have wrong is said with its line and what to do, all at once, and nothing is opened.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'configuration-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string, environment: NodeJS.ProcessEnv = {}) {
  const file = path.join(folder, 'gateway.json');
  writeFileSync(file, text);
  const { options, faults } = readConfiguration(file, environment, each => each);
  return { options, faults: faults.map(fault => fault.replace(`${folder}${path.sep}`, '')) };
}

const api = { path: '/w', apiId: 'w', transport: 'http://127.0.0.1:9000/transport' };
const text = (more: object) => JSON.stringify({ websockets: [api], ...more }, undefined, 1);

test('the example is right', () => {
  expect(read(exampleConfiguration('./schema.json')).faults).toEqual([]);
  expect(read(exampleConfiguration(undefined)).options.websockets).toHaveLength(1);
});

test.each<[string, string, RegExp]>([
  ['nothing', '', /^gateway\.json:1: a value is missing/],
  ['null', 'null', /^gateway\.json:1: must hold an object.*--init/],
  ['a list', '[]', /^gateway\.json:1: must hold an object.*--init/],
  ['an empty object', '{}', /^gateway\.json:1: names neither websockets nor routes/],
  ['a fault of JSON', '{\n "websockets": [\n}', /^gateway\.json:3: a value is missing before "\}"/],
  ['a misspelt key', text({ orgins: [] }), /:9: orgins there is no such key; did you mean origins\?$/],
  ['a misspelt key below', text({ websockets: [{ ...api, regster: 'a' }] }), /websockets\.0\.regster.*register\?$/],
  ['a key like no other', text({ colour: 'red' }), /colour there is no such key$/],
  ['a key too few', text({ websockets: [{ path: '/w', apiId: 'w' }] }), /:3: websockets\.0\.transport is missing$/],
  ['a bad URL', text({ websockets: [{ ...api, transport: 'http://a b/c' }] }), /transport must be .*URL/],
  ['a port that is a text', text({ port: '8080' }), /port must be a number; it is "8080"$/],
  ['a port that is none', text({ port: 70_000 }), /port must be a port, 0 to 65535$/],
  [
    'a module that is not built',
    text({ websockets: [{ ...api, transport: 'no/such.js#main' }] }),
    /transport there is no file \/.*no\/such\.js: is it built\?/,
  ],
  ['pages that are not there', text({ pages: { directory: 'no/pages' } }), /pages\.directory there is no folder/],
  [
    'functions elsewhere that could not tell us from a stranger',
    text({ timers: [{ everySeconds: 1, target: 'https://functions.example/x' }] }),
    /signingSecret required, .*Set SIGNING_SECRET to 16 characters or more/,
  ],
  [
    'a send-back port that is open to all',
    text({ sendBackHost: '0.0.0.0' }),
    /sendBackSecret required, .*Set SEND_BACK_SECRET to 16/,
  ],
])('%s is said with its line and what to do', (_, content, message) => {
  const { faults } = read(content);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(message);
});

test('a file that is not there is said', () => {
  const { faults } = readConfiguration(path.join(folder, 'none.json'), {}, each => each);
  expect(faults).toEqual([expect.stringMatching(/none\.json: there is no such file; --init writes one$/)]);
});

test('all that is wrong is said at once', () => {
  const { faults } = read(
    text({ port: 'x', hsts: 1, origins: ['https://a.example/'], pages: { directory: 'no/pages' } }),
  );
  expect(faults).toHaveLength(4);
});

test('variables win over the file, and what no variable says is taken from the file', () => {
  const configured = {
    host: '127.0.0.2',
    port: 1234,
    sendBackPort: 1235,
    trustedProxies: 1,
    sendBackSecret: 'of the file, 16 or more',
  };
  expect(gatewayOptions(configured, {})).toMatchObject(configured);
  const environment = { HOST: '127.0.0.3', PORT: '1', SEND_BACK_PORT: '2', TRUSTED_PROXIES: '3' };
  expect(gatewayOptions(configured, environment)).toMatchObject({
    host: '127.0.0.3',
    port: 1,
    sendBackPort: 2,
    trustedProxies: 3,
    sendBackSecret: 'of the file, 16 or more',
  });
});

test('variables take the place of their names, and missing ones are named', () => {
  const content = text({
    sendBackSecret: `\${env:SECRET}`,
    origins: [`https://\${env:NAME}.example`],
    hosts: [`\${env:NO}`],
  });
  const { options, faults } = read(content, { SECRET: ' a secret of 16 or more ', NAME: 'shop', EMPTY: '' });
  expect(options).toMatchObject({ sendBackSecret: 'a secret of 16 or more', origins: ['https://shop.example'] });
  expect(faults[0]).toMatch(/hosts\.0 wants the variable NO, which is not set$/);
});

describe('every key', () => {
  const wrongValues = [{ wrong: 1 }, ['wrong', {}], 'wrong value', -1.5, null, true];
  const whole = {
    routes: [{ path: '/r', methods: ['GET'], target: api.transport }],
    websockets: [api],
    timers: [{ target: api.transport, everySeconds: 1 }],
  };

  const onAws = { ...whole, websockets: [{ path: '/w', apiId: 'w', dialect: 'aws', routes: { $default: 'a#b' } }] };
  const keys = keysOf().filter(({ path: at }) => at.at(-1) !== 'dialect');

  test.each(
    keys.map(key => [`${key.dialect} ${key.path.join('.')}`, key] as const),
  )('%s is named when it is wrong', (_, { path: at, dialect }) => {
    const base = dialect === 'aws' ? onAws : whole;
    const told = wrongValues.map(value =>
      wrongOptions(withValue(base, at, value)).filter(each => each.path.join('.').startsWith(at.join('.'))),
    );
    const wrong = told.filter(faults => faults.length > 0);
    expect(wrong.length).toBeGreaterThan(1);
    for (const { message } of wrong.flat()) {
      expect(message).not.toMatch(/Invalid|Expected|undefined|\[object/);
      if (/secret/i.test(at.join('.'))) expect(message).not.toMatch(/wrong value|; it is/);
    }
  });
});

/** A copy in which one key is something else; objects on the way are made. */
function withValue(whole: unknown, [first, ...others]: readonly (string | number)[], value: unknown): unknown {
  if (first === undefined) return value;
  if (typeof first === 'number') {
    const list = Array.isArray(whole) ? whole : [undefined];
    return list.map((each, index) => (index === first ? withValue(each, others, value) : each));
  }
  const object = (whole ?? {}) as Record<string, unknown>;
  return { ...object, [first]: withValue(object[first], others, value) };
}

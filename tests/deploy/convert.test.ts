import { parse } from 'yaml';
import { convert } from '../../scripts/tencent/convert/convert.ts';
import type { TencentService } from '../../scripts/tencent/plain/configuration.ts';

// What `osls-provider-tencent convert` makes of files of components, and what it says.

/** A reference of osls, or of what was before it. */
const to = (name: string) => `$\{${name}}`;

/** One file, converted: what it became, and what was said. */
function converted(text: string, file = 'old.yml') {
  const { text: made, notes } = convert([{ file, text }]);
  return { service: parse(made) as TencentService, said: notes.join('\n'), text: made };
}

const scf = (inputs: string, key = 'hello') => `${key}:
  component: '@serverless/tencent-scf@1.0'
  inputs: ${inputs}
`;

const withCos = (inputs: string, kind = 'cos') =>
  `${scf('{ src: a }')}files: { component: '@serverless/tencent-${kind}', inputs: ${inputs} }\n`;

describe('12: a file of components', () => {
  it.each<[what: string, inputs: string, kind: string, made: object]>([
    ['a bucket', '{ bucket: b-1250000000, src: ./public }', 'cos', { name: 'b-1250000000', folder: 'public' }],
    ['without the account’s number', '{ bucket: b }', 'cos', { name: `b-${to('env:ACCOUNT_NUMBER')}` }],
    [
      'for everybody, as a website',
      '{ bucket: b-1250000000, src: { src: s }, acl: { permissions: public-read }, website: true }',
      'cos',
      { name: 'b-1250000000', folder: 's', acl: 'public-read', website: true },
    ],
    [
      'a website',
      '{ bucketName: b-1250000000, code: { src: ., root: dist, index: home.html, error: gone.html } }',
      'website',
      {
        ...{ name: 'b-1250000000', folder: 'dist', acl: 'public-read' },
        website: { index: 'home.html', error: 'gone.html' },
      },
    ],
  ])('with %s keeps it: %s', (_, inputs, kind, made) => {
    expect(converted(withCos(inputs, kind)).service.provider.buckets).toEqual({ files: made });
  });

  it.each<[what: string, text: string, made: object]>([
    [
      'a function',
      scf('{ codeUri: ./code, handler: app.run, runtime: Nodejs18.15, memorySize: 512, timeout: 20 }'),
      { handler: 'app.run', folder: 'code', runtime: 'Nodejs18.15', memorySize: 512, timeout: 20 },
    ],
    [
      'the defaults of then',
      scf('{ src: { src: code } }'),
      { handler: 'index.main_handler', runtime: 'Nodejs20.19', memorySize: 128, timeout: 3 },
    ],
    ['an archive', scf('{ src: build/code.zip }'), { package: { artifact: 'build/code.zip' } }],
    ['Go', scf('{ src: bin, runtime: Go1 }'), { handler: 'main', runtime: 'Go1' }],
    ['PHP', scf('{ src: php, runtime: Php7.4 }'), { runtime: 'Php7.4' }],
    [
      'network, role and layers',
      scf('{ src: a, role: R, vpcConfig: { vpcId: vpc-a, subnetId: subnet-b }, layers: [{ name: l, version: 2 }] }'),
      { role: 'R', vpc: { vpcId: 'vpc-a', subnetId: 'subnet-b' }, layers: [{ name: 'l', version: 2 }] },
    ],
    [
      'variables, numbers and references to the environment',
      scf(`{ src: a, environment: { variables: { A: b, N: 3, T: true, E: "${to('env.HOME_PAGE')}", NONE: "" } } }`),
      { environment: { A: 'b', N: 3, T: true, E: `${to('env:HOME_PAGE')}` } },
    ],
    [
      'a timer of seven fields',
      scf("{ src: a, events: [{ timer: { parameters: { cronExpression: '0 0 4 * * * *', enable: true } } }] }"),
      { events: [{ timer: '0 0 4 * * * *' }] },
    ],
    [
      'a timer of five fields',
      scf("{ src: a, events: [{ timer: { parameters: { cronExpression: '*/5 * * * *' } } }] }"),
      { events: [{ timer: '0 */5 * * * * *' }] },
    ],
    [
      'API Gateway among its triggers',
      scf('{ src: a, events: [{ apigw: { parameters: { endpoints: [{ path: /users, method: post }] } } }] }'),
      { events: [{ http: { method: 'POST', path: '/users' } }] },
    ],
    [
      'several endpoints of one function, of which a function URL takes every path',
      scf(
        '{ src: a, events: [{ apigw: { parameters: { endpoints: [{ path: /a, method: GET }, { path: "/b/{id}", method: PUT }] } } }] }',
      ),
      { events: [{ http: { method: 'ANY', path: '/' } }] },
    ],
  ])('%s', (_, text, made) => {
    expect(converted(text).service.functions.hello).toMatchObject(made);
  });

  it('with a component for the whole file, as later, names the service by its application', () => {
    const text = 'app: shop\nstage: dev\ncomponent: scf\nname: api-one\ninputs: { src: ./src, region: ap-shanghai }\n';
    const { service } = converted(text, 'api/serverless.yml');
    expect(service).toMatchObject({
      service: 'shop',
      plugins: ['osls-provider-tencent'],
      provider: { name: 'tencent', region: 'ap-shanghai' },
      functions: { 'api-one': { folder: 'api/src' } },
    });
  });

  const named = ['join', 'say', 'leave'].map(key => scf(`{ name: my-${key}, src: room }`, key)).join('');
  const api = (functions: string) => `api:
  component: '@serverless/tencent-apigateway'
  inputs: { endpoints: [{ path: /chat, protocol: WEBSOCKET, method: GET, function: { ${functions} } }] }
`;

  it.each([
    ['by their names', 'transportFunctionName: my-say, registerFunctionName: my-join, cleanupFunctionName: my-leave'],
    [
      'by references',
      `transportFunctionName: '${to('say.name')}', registerFunctionName: '${to('join')}', cleanupFunctionName: '${to('output:dev:app:leave.functionName')}'`,
    ],
  ])('with a WebSocket finds its functions %s', (_, functions) => {
    const { service, said } = converted(named + api(functions));
    const websocket = { path: '/chat', register: 'join', transport: 'say', cleanup: 'leave' };
    expect(service.functions.say?.events).toEqual([{ websocket }]);
    expect(said).toContain('SEND_BACK_URL');
    expect(said).toContain('provider.role: the gateway calls the functions with a role');
  });

  it('in several files is one service', () => {
    const functions = 'transportFunctionName: my-say, registerFunctionName: my-join, cleanupFunctionName: my-leave';
    const { text } = convert([
      { file: 'functions/serverless.yml', text: named },
      { file: 'api/serverless.yml', text: api(functions) },
    ]);
    expect((parse(text) as TencentService).functions.say).toMatchObject({ folder: 'functions/room', events: [{}] });
  });

  it.each<[what: string, text: string, said: string]>([
    [
      'settings that have no counterpart',
      scf('{ src: a, cfs: [{ cfsId: c }], deadLetter: { type: t } }'),
      'left out cfs, deadLetter',
    ],
    [
      'other triggers',
      scf('{ src: a, events: [{ ckafka: { parameters: { name: k } } }] }'),
      'its trigger ckafka was left out',
    ],
    [
      'a timer with an odd expression',
      scf('{ src: a, events: [{ timer: { parameters: { cronExpression: "* *" } } }] }'),
      'not seven fields',
    ],
    [
      'a timer that is off',
      scf('{ src: a, events: [{ timer: { parameters: { cronExpression: "0 0 4 * * * *", enable: false } } }] }'),
      'turned off',
    ],
    ['an old runtime', scf('{ src: a, runtime: Python2.7 }'), 'runtime Python2.7 became Python3.10'],
    ['a runtime that is none of ours', scf('{ src: a, runtime: Java8 }'), 'cannot be deployed as it is'],
    ['excluded files', scf('{ src: { src: a, exclude: [b] } }'), 'the list of excluded files was left out'],
    [
      'code in a bucket',
      scf('{ src: { bucket: b, object: code.zip } }'),
      'its code is in a bucket: put it into the folder hello',
    ],
    ['a bucket that may be there', withCos('{ bucket: b }'), 'a bucket of this name that is there already is refused'],
    ['the number of the account', withCos('{ bucket: b }'), 'set the variable ACCOUNT_NUMBER where you deploy'],
    ['what is set at a bucket', withCos('{ bucket: b, cors: [{ id: a }], tags: [{ key: k }] }'), 'left out cors, tags'],
    ['a bucket without a name', withCos('{ bucket: "A b" }'), 'files: was left out: it has no name'],
    ['a bucket for all', withCos('{ bucket: b, acl: { permissions: public-read-write } }'), 'can only read it'],
    [
      'a website that was private',
      withCos('{ bucket: b, acl: private, website: true }'),
      'as a website everybody can read it',
    ],
    ['grants', withCos('{ bucket: b, acl: { grantRead: x } }'), 'what its ACL grants to other accounts was left out'],
    [
      'another component',
      `${scf('{ src: a }')}site: { component: '@serverless/tencent-express', inputs: {} }\n`,
      'site (express): was left out',
    ],
    [
      'a key for callers',
      named +
        api('transportFunctionName: say, registerFunctionName: join, cleanupFunctionName: leave').replace(
          'method: GET',
          'auth: { secretIds: [x] }',
        ),
      'the address is open',
    ],
    ['a WebSocket without all three', named + api('transportFunctionName: say'), 'a WebSocket was left out'],
    [
      'an endpoint of a function elsewhere',
      named + api('functionName: other').replace('WEBSOCKET', 'HTTP'),
      'the function that it calls is not among the files',
    ],
    [
      'several regions',
      scf('{ src: a, region: ap-beijing }', 'a') + scf('{ src: a, region: ap-tokyo }', 'b'),
      'provider.region: differed',
    ],
  ])('says what became of %s', (_, text, said) => {
    expect(converted(text).said).toContain(said);
  });

  it('never writes or says a secret that it finds, wherever it stands', () => {
    const key = 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE';
    const secrets = ['hunter2hunter2', 'pw-in-the-url', key, 'under-an-odd-name'];
    const text = scf(
      `{ src: a, role: ${key}, handler: '${key}.run', name: ${key}, credentials: { secretId: ${key} }, environment: { variables: ` +
        `{ DB_PASSWORD: hunter2hunter2, REDIS: 'redis://:pw-in-the-url@host', PLAIN: ${key}, "un der": under-an-odd-name } } }`,
      key,
    );
    const { text: made, notes } = convert([{ file: 'old.yml', text }]);
    for (const secret of secrets) expect(made + notes.join('\n')).not.toContain(secret);
    expect(made).toContain(`DB_PASSWORD: ${to('env:DB_PASSWORD')}`);
    expect(notes.join('\n')).toContain('set the variable DB_PASSWORD where you deploy');
  });

  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]},`.repeat(9)}]`),
  ];

  it.each<[what: string, text: string, message: string]>([
    ['nothing', '', 'is empty'],
    ['a list', '- a\n- b\n', 'holds something else'],
    ['no YAML', 'a: [1, 2\nb: }', 'is no YAML'],
    ['no component', 'a: 1\nb: { inputs: {} }\n', 'names no component'],
    [
      'a file of a plugin',
      'service: a\nprovider: { name: tencent }\n',
      'it has a provider, so it is no file of components',
    ],
    [
      'no function',
      "site: { component: '@serverless/tencent-website', inputs: {} }\n",
      'no component is scf; there are website',
    ],
    ['a bomb of aliases', `${bomb.join('\n')}\n`, 'too many aliases'],
    ['far too much', `a: ${'x'.repeat(1_000_001)}`, 'is longer than'],
  ])('that holds %s is refused', (_, text, message) => {
    expect(() => convert([{ file: 'old.yml', text }])).toThrow(message);
  });

  it('with odd names gets keys that osls takes', () => {
    const { service } = converted(
      scf('{ src: a }', `"1 ${to('stage')} ü"`) + scf('{ src: a }', 'gateway') + scf('{ src: a }', '__proto__'),
    );
    expect(Object.keys(service.functions)).toEqual(['function-1', 'gateway-1', 'proto']);
    expect(service.service).toMatch(/^[a-zA-Z][0-9a-zA-Z-]+$/);
  });
});

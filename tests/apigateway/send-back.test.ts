import { connect as connectSocket } from 'node:net';
import { startGateway } from '../../apigateway/server/gateway.ts';
import { sendBackPush } from '../../apigateway/tencent/push.ts';
import { connect } from '../support/apigateway/client.ts';
import { acceptAll, type RecordingGateway, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { until } from '../support/until.ts';
import { rawHttp } from './raw-http.ts';

let world: RecordingGateway | undefined;
afterEach(async () => {
  await world?.gateway.close();
  world = undefined;
});

function pushTo(id: string, data: unknown = 'x', more: object = {}): string {
  return JSON.stringify({ websocket: { action: 'data send', secConnectionID: id, dataType: 'text', data, ...more } });
}

async function post(url: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as { errNo: number; errMsg: string } };
}

async function startWithClient(options: Parameters<typeof startRecordingGateway>[0] = {}) {
  world = await startRecordingGateway(options);
  const client = await connect(world.socketUrl);
  const id = options.gateway?.connectionId?.() ?? (await world.called('connecting'))[0]?.id ?? '';
  return { world, client, id, url: world.gateway.sendBackUrl('pgws') };
}

test('a push reaches its client unchanged and is answered ok', async () => {
  const { client, id, url } = await startWithClient();
  const text = '{"名":"鸡蛋","n":"\u2028"}';
  expect(await post(url, pushTo(id, text))).toEqual({ status: 200, body: { errNo: 0, errMsg: 'ok' } });
  expect(await client.received()).toEqual([text]);
});

test('binary data is base64 on the way and bytes at the client', async () => {
  const { client, id, url } = await startWithClient();
  await post(url, pushTo(id, 'AP8K', { dataType: 'binary' }));
  expect(await client.received()).toEqual([Buffer.from([0, 255, 10])]);
});

test('closing closes the client, once', async () => {
  const { world, client, id, url } = await startWithClient();
  const body = JSON.stringify({ websocket: { action: 'closing', secConnectionID: id } });
  expect((await post(url, body)).body.errNo).toBe(0);
  expect((await post(url, body)).body.errNo).toBe(90404);
  expect((await client.closed).code).toBe(1000);
  expect(await world.called('closing')).toHaveLength(1);
});

test('an unknown and a closed connection are answered 200 with a number of our own', async () => {
  const { world, client, id, url } = await startWithClient();
  const notFound = { status: 200, body: { errNo: 90404, errMsg: 'connection not found' } };
  expect(await post(url, pushTo('nobody'))).toEqual(notFound);
  client.socket.close();
  await world.called('closing');
  expect(await post(url, pushTo(id))).toEqual(notFound);
});

test('an API has as many names as its owner gives it, and no two APIs have the same', async () => {
  const { client, id, world } = await startWithClient({ api: { sendBackNames: ['api-1a2b3c4d'] } });
  const base = `http://127.0.0.1:${world.gateway.sendBackPort}`;
  expect((await post(`${base}/api-1a2b3c4d`, pushTo(id))).body.errNo).toBe(0);
  await client.received();
  await expect(startRecordingGateway({ api: { sendBackNames: ['pgws'] } })).rejects.toThrow('the same apiId');
});

test('how a dead connection is answered is a setting', async () => {
  const { url } = await startWithClient({ gateway: { sendBackGone: { status: 410, errNo: 5 } } });
  expect(await post(url, pushTo('nobody'))).toMatchObject({ status: 410, body: { errNo: 5 } });
});

test('a push during register is not called gone, because the connection is about to open', async () => {
  let outcome: number | undefined;
  const { id } = await startWithClient({
    register: async (event: { websocket: { secConnectionID: string } }) => {
      const url = world?.gateway.sendBackUrl('pgws') ?? '';
      outcome = (await post(url, pushTo(event.websocket.secConnectionID))).body.errNo;
      return acceptAll(event);
    },
  });
  expect(id).not.toBe('');
  expect(outcome).toBe(90425);
});

test('a connection is found only under the API it was opened on', async () => {
  const functions = { register: acceptAll as never, transport: () => {}, cleanup: () => {} };
  const { id, world } = await startWithClient({
    gateway: {
      connectionId: () => 'the-one',
      websockets: [
        { path: '/pgws', apiId: 'pgws', ...functions },
        { path: '/chat', apiId: 'chat', ...functions },
      ],
    },
  });
  expect((await post(world.gateway.sendBackUrl('chat'), pushTo(id))).body.errNo).toBe(90404);
  expect((await post(world.gateway.sendBackUrl('pgws'), pushTo(id))).body.errNo).toBe(0);
});

test.each([
  ['nothing', '', 400],
  ['no JSON', '{', 400],
  ['another JSON', '[]', 400],
  ['an unknown action', '{"websocket":{"action":"dance","secConnectionID":"x"}}', 400],
  ['no connection', '{"websocket":{"action":"data send","dataType":"text","data":"x"}}', 400],
  ['data that is no text', pushTo('x', 7), 400],
  ['too much', pushTo('x', 'x'.repeat(256 * 1024)), 413],
])('%s is answered with a status and an errNo that is not 0', async (_, body, status) => {
  const { url, id, client } = await startWithClient();
  const answer = await post(url, body);
  expect(answer.status).toBe(status);
  expect(answer.body.errNo).toBe(90000 + status);
  expect((await post(url, pushTo(id))).body.errNo).toBe(0);
  await client.received();
});

test('9.7: the send-back URL is found in absolute form, with a query and with encoded letters', async () => {
  const { client, id } = await startWithClient();
  const data = pushTo(id);
  const { sendBackPort } = (world as RecordingGateway).gateway;
  const targets = [
    'http://gateway:9001/send-back/pgws',
    '/send-back/pgws?a=b',
    '/send-back/%70gws',
    '/send-back/pgws/',
  ];
  for (const target of [...targets, 'http://gateway/pgws', '/pgws', '/pgws/', '/pgws?a=b', '/pgws/?a=b']) {
    const head = `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(data)}`;
    expect(await rawHttp(sendBackPort, `${head}\r\n\r\n${data}`)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"errNo":0/);
  }
  await client.received(9);
});

test('another path or method is not a send-back URL, and says nothing of the connection', async () => {
  const { url, id } = await startWithClient();
  expect(await post(`${url}x`, pushTo(id))).toMatchObject({ status: 404, body: { errNo: 90405 } });
  for (const path of ['/', '/a/b/pgws', '/pgws//', '/send-back', '/send-back/', '/pgws/%E0%A4%A']) {
    expect(await post(new URL(path, url).href, pushTo(id))).toMatchObject({ status: 404, body: { errNo: 90405 } });
  }
  expect((await fetch(url)).status).toBe(404);
  // The port for clients knows nothing of it.
  const { gateway } = world as RecordingGateway;
  expect((await fetch(`${gateway.url}/send-back/pgws`, { method: 'POST', body: pushTo(id) })).status).toBe(404);
});

describe('the secret', () => {
  const secret = 'a-secret-of-the-test';
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  test.each<[string, string | undefined, number]>([
    ['none', undefined, 401],
    ['an empty one', '', 401],
    ['an empty Bearer', 'Bearer ', 401],
    ['a wrong one', `Bearer ${secret.slice(0, -1)}x`, 401],
    ['a truncated one', `Bearer ${secret.slice(0, -1)}`, 401],
    ['a longer one', `Bearer ${secret}x`, 401],
    ['a wrong password', basic('any:wrong'), 401],
    ['the secret as the user', basic(`${secret}:`), 401],
    ['Bearer', `Bearer ${secret}`, 200],
    ['the one before, while it is changed', 'Bearer the-secret-from-before', 200],
    ['Basic', basic(`any:${secret}`), 200],
    ['Basic without user', basic(`:${secret}`), 200],
  ])('%s is answered rightly', async (_, authorization, status) => {
    const { url, id } = await startWithClient({
      gateway: { sendBackSecret: secret, sendBackSecretBefore: 'the-secret-from-before' },
    });
    const answer = await post(url, pushTo(id), authorization === undefined ? {} : { authorization });
    expect([answer.status, answer.body.errNo]).toEqual([status, status === 200 ? 0 : 90401]);
  });

  const odd = 'a/secret+of@the?test';
  const encoded = encodeURIComponent(odd);
  const calls = {
    bearer: (base: string) => post(`${base}/pgws`, '{}', { authorization: `Bearer ${odd}` }),
    password: (base: string) => post(`${base}/pgws`, '{}', { authorization: basic(`any:${odd}`) }),
    path: (base: string) => post(`${base}/${encoded}/pgws/`, '{}'),
    query: (base: string) => post(`${base}/pgws?a=b&secret=${encoded}`, '{}'),
  };
  const places = Object.keys(calls) as (keyof typeof calls)[];

  test.each(places)('is taken as %s, and no more where that is switched off', async place => {
    for (const sendBackSecretIn of [places, [place], places.filter(each => each !== place)]) {
      const { gateway } = await startRecordingGateway({ gateway: { sendBackSecret: odd, sendBackSecretIn } });
      const answers = await Promise.all(
        places.map(each => calls[each](`http://127.0.0.1:${gateway.sendBackPort}/send-back`)),
      );
      const taken = places.filter((_, index) => answers[index]?.status === 400);
      expect(taken).toEqual(places.filter(each => sendBackSecretIn.includes(each)));
      await gateway.close();
    }
  });

  test('admits the call that gave it beside the URL, and no later one to the same URL', async () => {
    const { url, id } = await startWithClient({ gateway: { sendBackSecret: secret } });
    const bearer = { authorization: `Bearer ${secret}` };
    for (const headers of [bearer, {}, bearer, {}]) {
      expect((await post(url, pushTo(id), headers)).status).toBe(headers === bearer ? 200 : 401);
    }
    expect((await fetch(url, { method: 'PUT', headers: bearer, body: pushTo(id) })).status).toBe(404);
  });

  test('admits a URL that holds it again and again, however it is spelt, and only as a POST', async () => {
    const { id } = await startWithClient({ gateway: { sendBackSecret: secret } });
    const { gateway } = world as RecordingGateway;
    const base = `http://127.0.0.1:${gateway.sendBackPort}/${secret}/pgws`;
    for (let spelling = 0; spelling < 120; spelling++) {
      expect((await post(`${base}?n=${spelling}`, pushTo(id))).status).toBe(200);
    }
    expect((await post(`${base}?n=0`, pushTo(id))).status).toBe(200);
    expect((await fetch(`${base}?n=0`)).status).toBe(404);
    expect((await post(base.replace(secret, `${secret}x`), pushTo(id))).status).toBe(401);
  });

  test('is asked for before anybody is told which APIs there are', async () => {
    const { gateway } = await startWithClient({ gateway: { sendBackSecret: secret } }).then(({ world }) => world);
    const base = `http://127.0.0.1:${gateway.sendBackPort}`;
    expect((await post(`${base}/nothing`, '{}')).status).toBe(401);
    expect((await post(`${base}/${secret}x/pgws`, '{}')).status).toBe(401);
    expect((await post(`${base}/${secret}/nothing`, '{}')).status).toBe(404);
    expect((await post(`${base}/${secret}/a/pgws`, '{}', { authorization: `Bearer ${secret}` })).status).toBe(404);
  });

  test('stands in the URL to paste, in the first of the places that most code can send', async () => {
    const toPaste = async (options: object) => {
      const { gateway } = await startRecordingGateway({ gateway: { sendBackSecret: odd, ...options } });
      await gateway.close();
      return gateway.sendBackUrlToPaste('pgws').replace(`:${gateway.sendBackPort}`, '');
    };
    expect(await toPaste({})).toBe(`http://127.0.0.1/${encoded}/pgws`);
    expect(await toPaste({ sendBackSecretIn: ['query', 'password'] })).toBe(`http://x:${encoded}@127.0.0.1/pgws`);
    expect(await toPaste({ sendBackSecretIn: ['query'] })).toBe(`http://127.0.0.1/pgws?secret=${encoded}`);
    expect(await toPaste({ sendBackSecretIn: ['bearer'] })).toBe('http://127.0.0.1/pgws');
    expect(await toPaste({ sendBackBase: 'http://gateway.internal' })).toBe(`http://gateway.internal/${encoded}/pgws`);
  });

  test('lets functions push through the port of clients, in the path alone', async () => {
    const { world, client, id } = await startWithClient({
      gateway: { sendBackSecret: secret, sendBackOnPublicPort: true, maxRequests: 0 },
    });
    const { gateway } = world;
    expect(gateway.sendBackUrlToPaste('pgws')).toBe(`${gateway.url}/${secret}/pgws`);
    expect((await post(gateway.sendBackUrlToPaste('pgws'), pushTo(id))).body.errNo).toBe(0);
    for (const path of ['pgws', `pgws?secret=${secret}`, `${secret}x/pgws`, `${secret}/nothing`]) {
      const answer = await post(`${gateway.url}/${path}`, pushTo(id), { authorization: `Bearer ${secret}` });
      expect(answer.status).toBeGreaterThanOrEqual(404);
    }
    expect(await client.received()).toEqual(['x']);
  });

  test.each<[string, object]>([
    ['sendBackSecret: required, because sendBackOnPublicPort', { sendBackOnPublicPort: true }],
    [
      'sendBackSecretIn: sendBackOnPublicPort',
      { sendBackOnPublicPort: true, sendBackSecret: secret, sendBackSecretIn: ['bearer'] },
    ],
    ['sendBackSecretIn.0: must be of path', { sendBackSecretIn: ['header'] }],
    ['sendBackBase: must be http', { sendBackBase: 'gateway.internal' }],
    ['sendBackBase: must be http', { sendBackBase: 'http://gateway/path' }],
  ])('is refused at the start where it would be of no use: %s', async (message, options) => {
    await expect(startRecordingGateway({ gateway: options })).rejects.toThrow(message);
  });

  test('our push knows both ways', async () => {
    const { url, id, client } = await startWithClient({ gateway: { sendBackSecret: secret } });
    expect(await sendBackPush({ url, secret, timeoutMs: 1000 }).send(id, '1')).toBe('sent');
    const withPassword = url.replace('http://', `http://any:${secret}@`);
    expect(await sendBackPush({ url: withPassword, timeoutMs: 1000 }).send(id, '2')).toBe('sent');
    expect(await sendBackPush({ url, timeoutMs: 1000 }).send(id, '3')).toBe('unknown');
    expect(await sendBackPush({ url, secret, timeoutMs: 1000 }).send('nobody', '4')).toBe('gone');
    expect(await client.received(2)).toEqual(['1', '2']);
  });

  test('a port open to other machines does not start without one', async () => {
    const websockets = [
      { path: '/w', apiId: 'w', register: acceptAll as never, transport: () => {}, cleanup: () => {} },
    ];
    await expect(startGateway({ port: 0, sendBackHost: '0.0.0.0', websockets })).rejects.toThrow(
      /sendBackSecret: required/,
    );
  });
});

test('a client that does not read is closed when too much waits for it, and others are served meanwhile', async () => {
  const { world, url } = await startWithClient({ gateway: { maxBufferedBytes: 64 * 1024 } });
  const socket = connectSocket(world.gateway.port, '127.0.0.1', () => {
    socket.write(
      'GET /pgws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
  });
  socket.on('error', () => {});
  socket.pause();
  const [reading, deaf] = (await world.called('connecting', 2)).map(call => call.id);
  const seen: number[] = [];
  await until(async () => {
    const { errNo } = (await post(url, pushTo(deaf ?? '', 'x'.repeat(200_000)))).body;
    // register has answered, the handshake may not be through
    if (errNo !== 90425) seen.push(errNo);
    return errNo !== 0 && errNo !== 90425;
  });
  // Not gone: nobody told the client that it was closed.
  expect(seen.at(-1)).toBe(90429);
  expect((await post(url, pushTo(reading ?? ''))).body.errNo).toBe(0);
  expect((await world.called('closing'))[0]?.id).toBe(deaf);
  expect((await post(url, pushTo(deaf ?? ''))).body.errNo).toBe(90404);
  socket.destroy();
});

test('a function in the process pushes without a network, with the same outcomes', async () => {
  const { world, client, id } = await startWithClient();
  const push = world.gateway.push('pgws');
  expect(await push.send(id, 'x')).toBe('sent');
  expect(await push.send('nobody', 'x')).toBe('gone');
  expect(await push.send(id, 'x'.repeat(256 * 1024 + 1))).toBe('unknown');
  expect(await push.close(id)).toBe('sent');
  expect(await push.send(id, 'x')).toBe('gone');
  expect((await client.closed).code).toBe(1000);
  expect(client.frames).toEqual(['x']);
});

test('a thousand pushes at once all arrive, in order for each connection', async () => {
  // On a busy machine it takes longer than a client may stay silent.
  const { client, id, url } = await startWithClient({ api: { firstFrameSeconds: 0 } });
  const push = sendBackPush({ url, timeoutMs: 30_000 });
  const outcomes = await Promise.all(Array.from({ length: 1000 }, (_, i) => push.send(id, String(i))));
  expect(new Set(outcomes)).toEqual(new Set(['sent']));
  expect(new Set(await client.received(1000)).size).toBe(1000);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { signatureOf } from '../../apigateway/signature.ts';
import { connect, handshake } from '../support/apigateway/client.ts';
import { hasProgram } from '../support/programs.ts';
import { until } from '../support/until.ts';
import { type OtherFunctions, startOtherFunctions } from './python.ts';

const secrets = { signing: 'the signing secret of this test', sendBack: 'the/send+back@secret-of-this-test' };

let room: OtherFunctions | undefined;
const test = hasProgram('python3') ? it : it.skip;

afterEach(() => room?.stop());

async function start(...options: Parameters<typeof startOtherFunctions>): Promise<OtherFunctions> {
  room = await startOtherFunctions(...options);
  return room;
}

describe.each([
  ['on a server of their own', 'server.py'],
  ['behind function URLs', 'function_url_server.py'],
] as const)('functions in Python %s', (_, script) => {
  test('chat through our gateway: what one says, everybody gets, until they leave', async () => {
    const { websocketUrl, members } = await start(script, secrets);
    const clients = await Promise.all([1, 2, 3].map(() => connect(websocketUrl)));
    expect(members()).toHaveLength(3);
    clients[0]?.socket.send('你好 👋');
    for (const client of clients) expect(await client.received(1)).toEqual(['你好 👋']);

    clients[1]?.socket.close();
    await until('cleanup has forgotten who left', () => members().length === 2);
    clients[2]?.socket.send('anybody there?');
    expect(await clients[0]?.received(2)).toEqual(['你好 👋', 'anybody there?']);
    expect(clients[1]?.frames).toEqual(['你好 👋']);
    for (const { socket } of clients) socket.close();
    await until('the room is empty', () => members().length === 0);
  });

  test('refuse whoever is not the gateway', async () => {
    const { functionsUrl, members } = await start(script, secrets);
    const event = { requestContext: {}, websocket: { action: 'connecting', secConnectionID: 'intruder' } };
    const body = JSON.stringify(event);
    const now = Math.floor(Date.now() / 1000);
    const signed = (secret: string, timestamp: number, text = body) => ({
      'webhook-id': 'id',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf({ id: 'id', timestamp, body: text }, secret),
    });
    const call = async (headers: Record<string, string>) =>
      (await fetch(`${functionsUrl}/register`, { method: 'POST', body, headers })).status;

    expect(await call({})).toBe(401);
    expect(await call(signed('another secret, long enough', now))).toBe(401);
    expect(await call(signed(secrets.signing, now - 301))).toBe(401);
    expect(await call(signed(secrets.signing, now + 310))).toBe(401);
    expect(await call(signed(secrets.signing, now, `${body} `))).toBe(401);
    expect(await call({ ...signed(secrets.signing, now), 'webhook-id': 'other' })).toBe(401);
    expect(await call({ ...signed(secrets.signing, now), 'webhook-timestamp': '9'.repeat(5_000) })).toBe(401);
    expect(await call({ ...signed(secrets.signing, now), 'webhook-timestamp': 'now' })).toBe(401);
    expect(await call({ ...signed(secrets.signing, now), 'webhook-signature': 'v1,é' })).toBe(401);
    expect(await call(signed(secrets.signing, now))).toBe(200);
    expect(members()).toEqual(['intruder']);
  });
});

test('a secret written as Standard Webhooks write them is understood on both sides', async () => {
  const signing = `whsec_${Buffer.from('twenty-four bytes or more').toString('base64')}`;
  const { websocketUrl } = await start('server.py', { ...secrets, signing });
  const client = await connect(websocketUrl);
  client.socket.send('hello');
  expect(await client.received(1)).toEqual(['hello']);
});

test('a gateway with another signing secret gets no client in', async () => {
  const { websocketUrl, members } = await start('server.py', secrets, {
    ...secrets,
    signing: 'another secret, long enough',
  });
  expect(await handshake(websocketUrl)).toMatchObject({ status: 502 });
  expect(() => members()).toThrow();
});

test('functions with another send-back secret push nothing', async () => {
  const { websocketUrl } = await start('server.py', secrets, {
    ...secrets,
    sendBack: 'another secret, long enough',
  });
  const client = await connect(websocketUrl);
  client.socket.send('hello');
  await sleep(300);
  expect(client.frames).toEqual([]);
});

test('the send-back URL takes the secret as its password, as a bearer or as it is printed, and nothing less', async () => {
  const { sendBackUrl } = await start('server.py', secrets);
  const body = JSON.stringify({ websocket: { action: 'closing', secConnectionID: 'nobody' } });
  const call = async (authorization?: string, url = new URL('/chat', sendBackUrl).href) => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(url, { method: 'POST', body, headers });
    return [response.status, (await response.json()).errNo];
  };
  const basic = (password: string) => `Basic ${Buffer.from(`gateway:${password}`).toString('base64')}`;
  expect(await call()).toEqual([401, 90401]);
  expect(await call(basic('guessed'))).toEqual([401, 90401]);
  expect(await call(basic(secrets.sendBack))).toEqual([200, 90404]);
  expect(await call(`Bearer ${secrets.sendBack}`)).toEqual([200, 90404]);
  // What was printed at the start needs nothing besides.
  expect(await call(undefined, sendBackUrl)).toEqual([200, 90404]);
});

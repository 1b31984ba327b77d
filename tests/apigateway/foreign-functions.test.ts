import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { connect, handshake } from '../support/apigateway/client.ts';
import { until } from '../support/until.ts';

const signingSecret = 'the signing secret of this test';
const sendBackSecret = 'the-send-back-secret-of-this-test';

let functions: ChildProcess;
let functionsUrl: string;
let gateway: Gateway;

async function startInFront(secret: string | undefined): Promise<Gateway> {
  const started = await startGateway({
    port: 0,
    log: () => {},
    signingSecret: secret,
    sendBackSecret,
    websockets: [
      {
        path: '/anything',
        apiId: 'theirs',
        register: `${functionsUrl}/register`,
        transport: `${functionsUrl}/transport`,
        cleanup: `${functionsUrl}/cleanup`,
      },
    ],
    routes: [{ path: '/http', methods: ['POST'], target: `${functionsUrl}/http` }],
  });
  const sendBackUrl = started.sendBackUrl('theirs').replace('http://', `http://any:${sendBackSecret}@`);
  functions.send({ sendBackUrl });
  return started;
}

beforeEach(async () => {
  functions = fork(path.resolve('tests/apigateway/foreign-functions.mjs'), {
    env: { ...process.env, SIGNING_SECRET: signingSecret },
  });
  const [{ port }] = (await once(functions, 'message')) as [{ port: number }];
  functionsUrl = `http://127.0.0.1:${port}`;
  gateway = await startInFront(signingSecret);
});
afterEach(async () => {
  await gateway.close();
  functions.kill();
  if (functions.exitCode === null && functions.signalCode === null) await once(functions, 'exit');
});

const socketUrl = () => `${gateway.url.replace('http', 'ws')}/anything`;
const theirs = async () =>
  (await (await fetch(`${functionsUrl}/calls`)).json()) as {
    calls: string[];
    connections: number;
    isPage: boolean;
  };

test('functions the gateway does not contain echo and broadcast through it', async () => {
  const clients = await Promise.all([1, 2, 3].map(() => connect(socketUrl())));
  const [first] = clients;
  first?.socket.send('鸡蛋');
  expect(await first?.received(1)).toEqual(['鸡蛋']);
  first?.socket.send('all hello');
  for (const client of clients) {
    await until(() => client.frames.at(-1) === 'hello');
  }
  for (const { socket } of clients) socket.close();
  await until(async () => (await theirs()).connections === 0);
  const { calls } = await theirs();
  expect(calls.filter(call => call === '/register')).toHaveLength(3);
  expect(calls.filter(call => call === '/transport')).toHaveLength(2);
  expect(calls.filter(call => call === '/cleanup')).toHaveLength(3);
});

test('an HTTP function behind a URL answers through the gateway', async () => {
  const response = await fetch(`${gateway.url}/http?a=b`, { method: 'POST', body: '鸡蛋' });
  expect([response.status, await response.text()]).toEqual([200, 'POST /http b 鸡蛋']);
});

test('a transport that answers 500 closes its client', async () => {
  const client = await connect(socketUrl());
  client.socket.send('crash');
  expect((await client.closed).code).toBe(1011);
});

test('9.1: a page in the place of a function is no answer: no handshake, no frame and no request got through', async () => {
  const client = await connect(socketUrl());
  functions.send({ pages: true });
  await until(async () => (await theirs()).isPage);
  client.socket.send('lost');
  expect((await client.closed).code).toBe(1011);
  expect(await handshake(socketUrl())).toMatchObject({ status: 502 });
  expect((await fetch(`${gateway.url}/http`, { method: 'POST' })).status).toBe(500);
});

test('a call that is not signed, or signed with another secret, is none of the gateway’s', async () => {
  for (const secret of [undefined, 'another secret, long enough']) {
    const stranger = await startInFront(secret);
    const url = `${stranger.url.replace('http', 'ws')}/anything`;
    expect(await handshake(url)).toMatchObject({ status: 502 });
    await stranger.close();
  }
  expect((await theirs()).calls).toEqual([]);
});

test('calls go over connections that are kept, and a function process that starts anew is found again', async () => {
  const client = await connect(socketUrl());
  for (let i = 0; i < 50; i++) client.socket.send(String(i));
  expect(await client.received(50)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
  functions.kill();
  await once(functions, 'exit');
  expect(await handshake(socketUrl())).toMatchObject({ status: 502 });
});

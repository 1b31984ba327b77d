import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Cloud, type CloudOptions, startCloud } from '../cloud.ts';
import { createFrameMeter } from '../frame-limits.ts';
import { clientsOf, openUrl, untilActive, zipOf } from '../sdk-clients.ts';

let cloud: Cloud;
afterEach(() => cloud.close());

/** A WebSocket server that does what it is told, by the path of the connection and by frames. */
const server = `
  const { createServer } = require('node:http');
  const { WebSocketServer } = require(${JSON.stringify(require.resolve('ws'))});
  const http = createServer((request, response) => {
    if (request.url === '/slow') return;
    response.end(JSON.stringify({ pid: process.pid, url: request.url, address: request.headers['x-scf-remote-addr'], env: process.env.A }));
  });
  const wss = new WebSocketServer({ noServer: true, handleProtocols: protocols => [...protocols].at(-1) });
  http.on('upgrade', (request, socket, head) => {
    if (request.url === '/refused') return socket.end('HTTP/1.1 401 Unauthorized\\r\\n\\r\\n');
    wss.handleUpgrade(request, socket, head, client => {
      client.on('message', (data, isBinary) => {
        const text = data.toString();
        if (text === 'pid') return client.send(String(process.pid));
        if (text.startsWith('close ')) return client.close(Number(text.slice(6)));
        if (text.startsWith('send ')) { for (let i = 0; i < Number(text.slice(5)); i++) client.send('x'); return; }
        client.send(data, { binary: isBinary });
      });
    });
  });
  http.listen(process.env.PORT, '0.0.0.0');
`;
const bootstrap = '#!/bin/bash\nexec node index.js\n';

async function start(
  options: CloudOptions = {},
  over: object = {},
  files: Parameters<typeof zipOf>[0] = {},
): Promise<string> {
  cloud = await startCloud({ timers: 'on demand', ...options });
  const ZipFile = await zipOf({ 'index.js': server, scf_bootstrap: { text: bootstrap, mode: 0o755 }, ...files });
  const settings = { Type: 'HTTP', ProtocolType: 'WS', Runtime: 'Nodejs20.19', Timeout: 30, ...over };
  await clientsOf(cloud).scf.CreateFunction({
    FunctionName: 'gateway',
    Code: { ZipFile },
    AutoCreateClsTopic: 'FALSE',
    ...settings,
  });
  await untilActive(cloud, 'gateway');
  return openUrl(cloud, 'gateway');
}

const concurrent = { InstanceConcurrencyConfig: { DynamicEnabled: 'FALSE', MaxConcurrency: 10 } };

async function open(url: string, protocols: string[] = []): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/pgws`, protocols);
  await once(socket, 'open');
  return socket;
}

async function ask(socket: WebSocket, text: string): Promise<string> {
  const answer = once(socket, 'message');
  socket.send(text);
  return String((await answer)[0]);
}

/** The record of the one call, when it has ended. */
async function ended() {
  while (cloud.invocations.length === 0) await delay(10);
  return cloud.invocations[0];
}

describe('requests', () => {
  test('are passed through, with the caller’s address and the environment', async () => {
    const url = await start({}, { Environment: { Variables: [{ Key: 'A', Value: 'b' }] } });
    const answer = await (await fetch(`${url}/a?b=c`)).json();
    expect(answer).toMatchObject({ url: '/a?b=c', address: '127.0.0.1', env: 'b' });
    expect(await ended()).toMatchObject({ kind: 'http', status: 200 });
  });

  test('leave what the function writes in its log', async () => {
    const url = await start({}, {}, { 'index.js': `${server}http.on('request', () => console.log('asked'));` });
    await fetch(url);
    expect(await ended()).toMatchObject({ status: 200, log: 'asked\n' });
  });

  test('that take longer than the time-out are 433', async () => {
    const url = await start({}, { Timeout: 1 });
    expect((await fetch(`${url}/slow`)).status).toBe(433);
  });
});

describe('a bootstrap', () => {
  test.each([
    ['that is not executable', { text: bootstrap, mode: 0o644 }, 405],
    ['with line ends of Windows', { text: bootstrap.replaceAll('\n', '\r\n'), mode: 0o755 }, 405],
    ['that ends', { text: '#!/bin/bash\nexit 1\n', mode: 0o755 }, 405],
    ['that opens no port', { text: '#!/bin/bash\nexec sleep 60\n', mode: 0o755 }, 446],
  ])('%s does not run', async (_, file, status) => {
    const url = await start({}, { InitTimeout: 3 }, { scf_bootstrap: file });
    expect((await fetch(url)).status).toBe(status);
  });
});

describe('connections', () => {
  test('pass frames both ways, text and binary, and the subprotocol', async () => {
    const socket = await open(await start(), ['one', 'two']);
    expect(socket.protocol).toBe('two');
    expect(await ask(socket, 'hello')).toBe('hello');
    const answer = once(socket, 'message');
    socket.send(Buffer.from([1, 2]));
    expect(await answer).toEqual([Buffer.from([1, 2]), true]);
    socket.close(1000);
    expect(await ended()).toMatchObject({ status: 200, closed: { by: 'client', code: 1000 } });
  });

  test.each([
    [1000, 200],
    [1011, 200],
    [1001, 439],
    [4000, 439],
  ])('that the function closes with %i end with status %i', async (code, status) => {
    const socket = await open(await start());
    const closed = once(socket, 'close');
    socket.send(`close ${code}`);
    expect((await closed)[0]).toBe(code);
    expect(await ended()).toMatchObject({ status, closed: { by: 'function', code } });
  });

  test.each([
    ['closes with 4000', (socket: WebSocket) => socket.close(4000), 4000],
    ['is gone', (socket: WebSocket) => socket.terminate(), 1006],
  ])('whose client %s end with status 456', async (_, leave, code) => {
    leave(await open(await start()));
    expect(await ended()).toMatchObject({ status: 456, closed: { by: 'client', code } });
  });

  test('in which nothing happens end with status 455', async () => {
    const socket = await open(await start({}, { ProtocolParams: { WSParams: { IdleTimeOut: 1 } } }));
    await once(socket, 'close');
    expect(await ended()).toMatchObject({ status: 455, closed: { by: 'platform' } });
  });

  test('end with the execution time-out, busy or not, with status 433', async () => {
    const socket = await open(await start({}, { Timeout: 1 }));
    const busy = setInterval(() => socket.send('x'), 200);
    await once(socket, 'close');
    clearInterval(busy);
    expect(await ended()).toMatchObject({ status: 433 });
  });

  test('that the function refuses are 500 for the client', async () => {
    const url = await start();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/refused`);
    const [error] = await once(socket, 'error');
    expect(error.message).toContain('500');
  });

  test('of a client that does not wait for a cold start leave the instance free', async () => {
    const url = await start();
    const impatient = new WebSocket(url.replace('http', 'ws'));
    impatient.on('error', () => {});
    await delay(20);
    impatient.terminate();
    expect(await ended()).toMatchObject({ status: 456 });
    expect(cloud.instancesOf('gateway').map(({ load }) => load)).toEqual([0]);
  });

  test.each([
    ['more frames than 10 in a second', 'send 20', 439],
    ['a frame of more than 256 KB', 'x'.repeat(256 * 1024 + 1), 456],
  ])('are closed by %s', async (_, text, status) => {
    const socket = await open(await start());
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    socket.send(text);
    await closed;
    expect(await ended()).toMatchObject({ status, closed: { by: 'platform' } });
  });

  test('take an instance each, unless several are allowed', async () => {
    const url = await start();
    const pids = async () => {
      const sockets = [await open(url), await open(url)];
      return new Set(await Promise.all(sockets.map(socket => ask(socket, 'pid')))).size;
    };
    expect(await pids()).toBe(2);
    await clientsOf(cloud).scf.UpdateFunctionConfiguration({ FunctionName: 'gateway', ...concurrent });
    await untilActive(cloud, 'gateway');
    expect(await pids()).toBe(1);
  });

  test('are shared out over instances when a test asks for it', async () => {
    const url = await start({ webInstances: 2 }, concurrent);
    const sockets = [await open(url), await open(url), await open(url)];
    const pids = await Promise.all(sockets.map(socket => ask(socket, 'pid')));
    expect(new Set(pids).size).toBe(2);
    expect(
      cloud
        .instancesOf('gateway')
        .map(({ load }) => load)
        .sort(),
    ).toEqual([1, 2]);
  });
});

test('the meter lets a steady 10 frames a second of 13 KB pass, and a quarter megabyte at once', () => {
  const meter = createFrameMeter();
  for (let at = 0; at < 60_000; at += 100) expect(meter(13_000, at)).toBeUndefined();
  const other = createFrameMeter();
  expect(other(256 * 1024, 0)).toBeUndefined();
  expect(other(1, 100)).toBe('bytes');
});

import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { connect, handshake } from '../support/apigateway/client.ts';
import { type RecordingGateway, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { until } from '../support/until.ts';

// A running gateway takes another configuration over without closing a connection.

let world: RecordingGateway | undefined;
afterEach(() => world?.gateway.close());

const secret = 'the-first-secret-of-this-test';
const route = (path: string, answer: string) => ({ path, methods: ['GET' as const], target: () => answer });

async function start() {
  world = await startRecordingGateway({ gateway: { sendBackSecret: secret, routes: [route('/old', 'old')] } });
  const client = await connect(world.socketUrl);
  const id = (await world.called('connecting'))[0]?.id ?? '';
  const calls: string[] = [];
  const changed: GatewayOptions = {
    port: 0,
    sendBackSecret: 'the-second-secret-of-this-test',
    origins: ['https://new.example'],
    routes: [route('/new', 'new')],
    websockets: [
      {
        path: '/moved',
        apiId: 'pgws',
        sendBackNames: ['second'],
        transport: event => void calls.push(`transport ${JSON.stringify(event)}`),
        cleanup: () => void calls.push('cleanup'),
        rateLimit: { framesPerSecond: 1000, burst: 1000 },
        maxConnections: 1,
      },
    ],
  };
  return { gateway: world.gateway, client, id, calls, changed };
}

async function push(url: string, id: string): Promise<number> {
  const websocket = { action: 'data send', secConnectionID: id, dataType: 'text', data: 'pushed' };
  return (await fetch(url, { method: 'POST', body: JSON.stringify({ websocket }) })).status;
}

test('an open connection has the functions and limits of its API as they are now, and new ones come in by them', async () => {
  const { gateway, client, id, calls, changed } = await start();
  const before = gateway.sendBackUrlToPaste('pgws');
  expect(await push(before, id)).toBe(200);
  expect(await gateway.reconfigure(changed)).toEqual([]);
  expect(await push(before, id)).toBe(401);
  client.socket.send('after');
  client.socket.send('again');
  await until(() => calls.length === 2);
  expect(await push(gateway.sendBackUrlToPaste('second'), id)).toBe(200);
  expect(await client.received(2)).toEqual(['pushed', 'pushed']);
  expect(gateway.connections).toBe(1);
  const address = gateway.url.replace('http', 'ws');
  expect(await handshake(`${address}/pgws`)).toMatchObject({ status: 404 });
  // The one that was open before counts.
  expect(await handshake(`${address}/moved`)).toMatchObject({ status: 503 });
  client.socket.close();
  await client.closed;
  await gateway.close();
  expect(calls.map(call => call.split(' ')[0])).toEqual(['transport', 'transport', 'cleanup']);
  expect(world?.calls.map(({ action }) => action)).toEqual(['connecting']);
});

test('routes, origins and secrets are the new ones', async () => {
  const { gateway, id, changed } = await start();
  const before = gateway.sendBackUrlToPaste('pgws');
  await gateway.reconfigure(changed);
  expect((await fetch(`${gateway.url}/old`)).status).toBe(404);
  expect(await (await fetch(`${gateway.url}/new`)).json()).toBe('new');
  expect(await push(before, id)).toBe(401);
  const asked = { headers: { origin: 'https://new.example' } };
  expect((await fetch(`${gateway.url}/new`, asked)).headers.get('access-control-allow-origin')).not.toBe(null);
});

test('what ports and counters were made of waits for a restart, by name', async () => {
  const { gateway, changed } = await start();
  expect(await gateway.reconfigure({ ...changed, pingSeconds: 7, host: '127.0.0.2' })).toEqual(['host', 'pingSeconds']);
});

test('a configuration that is wrong changes nothing', async () => {
  const { gateway, client, changed } = await start();
  await expect(gateway.reconfigure({ ...changed, hsts: true } as GatewayOptions)).rejects.toThrow('hsts');
  const missing = { ...changed, routes: [{ path: '/x', methods: ['GET' as const], target: 'no/such.js#main' }] };
  await expect(gateway.reconfigure(missing)).rejects.toThrow('no/such.js');
  expect(await (await fetch(`${gateway.url}/old`)).json()).toBe('old');
  client.socket.send('as before');
  expect(await world?.called('data send')).toMatchObject([{ data: 'as before' }]);
  // What is known of an open connection is of the dialect in which it was opened.
  const [{ apiId, path } = { apiId: '', path: '' }] = changed.websockets ?? [];
  const otherDialect = [{ dialect: 'aws' as const, apiId, path, routes: { $default: () => ({ statusCode: 200 }) } }];
  await expect(gateway.reconfigure({ ...changed, websockets: otherDialect })).rejects.toThrow(
    `${apiId} cannot change its dialect while it runs`,
  );
  client.socket.send('and still');
  expect(await world?.called('data send', 2)).toMatchObject([{ data: 'as before' }, { data: 'and still' }]);
});

import { type Backplane, createBackplane } from '../../apigateway/backplane/backplane.ts';
import { newConnectionId } from '../../apigateway/backplane/connection-id.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { publishElsewhere, sendBackOf } from '../../apigateway/server/elsewhere.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { sendBackPush } from '../../apigateway/tencent/push.ts';
import { connect } from '../support/apigateway/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';

/** Two instances of a gateway with the same two APIs, which belong to different people. */
let database: TestDatabase;
let instances: { gateway: Gateway; backplane: Backplane; ids: string[] }[];
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  instances = await Promise.all(['one', 'two'].map(start));
});
afterAll(async () => {
  for (const { gateway, backplane } of instances ?? []) {
    await gateway.close();
    await backplane.end();
  }
  await database?.drop();
});

async function start(name: string) {
  let gateway: Gateway | undefined;
  const ids: string[] = [];
  const backplane = createBackplane({
    medium: postgresMedium(database.url),
    name,
    receive: parcel => gateway?.take(sendBackOf(parcel), parcel.apiId) ?? 'unknown',
  });
  await backplane.opened;
  gateway = await startGateway({
    port: 0,
    log: () => undefined,
    connectionId() {
      ids.push(newConnectionId(name));
      return ids.at(-1) ?? '';
    },
    elsewhere: (push, apiId) => publishElsewhere(backplane, push, apiId),
    websockets: ['mine', 'yours'].map(apiId => ({ apiId, path: `/${apiId}`, transport: () => undefined })),
  });
  return { gateway, backplane, ids };
}

test.each([
  ['the instance that holds the connection', 0],
  ['another instance', 1],
])('a push at %s reaches a connection of its own API, and of no other', async (_, at) => {
  const [holder] = instances;
  const pushed = instances[at];
  if (holder === undefined || pushed === undefined) throw new Error('not started');
  const client = await connect(`${holder.gateway.url.replace('http', 'ws')}/mine`);
  const id = holder.ids.at(-1) ?? '';
  const through = (apiId: string) => sendBackPush({ url: pushed.gateway.sendBackUrl(apiId), timeoutMs: 5_000 });
  expect(await through('yours').send(id, 'not for this one')).toBe('gone');
  expect(await through('yours').close(id)).toBe('gone');
  expect(await through('mine').send(id, 'for this one')).toBe('sent');
  expect(await client.received()).toEqual(['for this one']);
  expect(await through('mine').close(id)).toBe('sent');
  expect((await client.closed).code).toBe(1000);
});

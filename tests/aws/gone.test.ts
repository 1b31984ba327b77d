import { managementPush } from '../../apigateway/aws/push.ts';
import { deliver } from '../../functions/domain/announce.ts';
import { withCredentials } from '../support/aws-credentials.ts';
import { type ManagementServer, startManagementServer } from './management-server.ts';
import { type Broadcast, byStatusCode, byWrongKey } from './official-samples.ts';

withCredentials();

let server: ManagementServer;
beforeAll(async () => {
  server = await startManagementServer({ left: { status: 410, errorType: 'GoneException' } });
});
afterAll(() => server.close());

const ours: Broadcast = (endpoint, members, _sender, text) => {
  const push = managementPush({ endpoint, timeoutMs: 1_000 });
  return deliver({ push, connections: { prune: async id => members.remove(id) } }, [...members.ids], text);
};

/** What a broadcast to a sender, one who has left and one who is there does. */
async function outcomeOf(broadcast: Broadcast) {
  const ids = new Set(['sender', 'left', 'there']);
  const before = server.calls.length;
  const failed = await broadcast(server.endpoint, { ids, remove: key => ids.delete(key) }, 'sender', 'hello').then(
    () => false,
    () => true,
  );
  const told = server.calls.slice(before).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return { failed, told: told.sort(), members: [...ids].sort() };
}

test('whoever is gone is forgotten, and nobody else', async () => {
  expect(await outcomeOf(ours)).toEqual({
    failed: false,
    told: ['left', 'sender', 'there'],
    members: ['sender', 'there'],
  });
});

test('a sample that looks for the status of SDK version 2 fails at the first one who has left', async () => {
  expect(await outcomeOf(byStatusCode)).toEqual({
    failed: true,
    told: ['left', 'sender'],
    members: ['left', 'sender', 'there'],
  });
});

test('a sample that makes a wrong key forgets nobody', async () => {
  expect(await outcomeOf(byWrongKey)).toEqual({
    failed: false,
    told: ['left', 'sender', 'there'],
    members: ['left', 'sender', 'there'],
  });
});

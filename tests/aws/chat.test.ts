import { type Offline, startOffline } from '../../scripts/aws/offline.ts';
import { handshake } from '../support/apigateway/client.ts';
import { type ChatClient, openChat } from '../support/chat/client.ts';
import { until } from '../support/until.ts';
import { pagesOrigin } from './system.ts';
import { startWatchedTable, type WatchedTable } from './watched-table.ts';

let table: WatchedTable;
let chat: Offline;
beforeAll(async () => {
  table = await startWatchedTable();
  chat = await startOffline({ websockets: 'chat', pagesOrigin, environment: table.environment });
});
afterAll(async () => {
  await chat?.stop();
  await table?.stop();
});

const clients: ChatClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map(client => client.close()));
  await until('everybody has left', async () => (await table.ids()).length === 0);
});

/** Connects, joins, and answers with the id of its connection. */
async function join(): Promise<{ client: ChatClient; id: string }> {
  const before = await table.ids();
  const client = await openChat(chat.websocketUrl);
  clients.push(client);
  await client.join();
  return { client, id: (await table.ids()).find(id => !before.includes(id)) ?? '' };
}

const management = (id: string, method: 'POST' | 'DELETE') =>
  fetch(`${chat.managementUrl}/@connections/${id}`, { method, ...(method === 'POST' ? { body: '{}' } : {}) });

test('who is cut off after two hours answers 410 from then on, has left, and comes back as somebody new', async () => {
  const [one, two] = [await join(), await join()];
  expect((await management(one.id, 'DELETE')).status).toBe(204);
  await one.client.closed;
  expect(await two.client.next('presence', ({ online }) => online === 1)).toEqual({ type: 'presence', online: 1 });
  expect((await management(one.id, 'POST')).status).toBe(410);

  const again = await join();
  two.client.send('welcome back');
  expect(await again.client.next('message')).toMatchObject({ data: 'welcome back', online: 2 });
});

test('who left without a word is forgotten with the first message, by the 410 alone', async () => {
  const [one, two] = [await join(), await join()];
  await table.put({ id: 'unplugged', name: 'GONE', renewedAt: Date.now() - 60_000 });
  one.client.send('hello');
  expect(await two.client.next('message')).toMatchObject({ online: 3 });
  await until('it is forgotten', async () => !(await table.ids()).includes('unplugged'));
  one.client.send('hello again');
  expect(await two.client.next('message')).toMatchObject({ online: 2 });
});

test('pages elsewhere are not let in, and the table is never read from end to end', async () => {
  expect(await handshake(chat.websocketUrl, { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
  expect(table.operations).toContain('Query');
  expect(table.operations).not.toContain('Scan');
});

import { MAX_MESSAGE_BYTES, managementPush } from '../../apigateway/aws/push.ts';
import { MAX_FRAME_FROM_SERVER_BYTES } from '../../functions/domain/frames.ts';
import { withCredentials } from './credentials.ts';
import { type ManagementServer, startManagementServer } from './management-server.ts';

withCredentials();

let server: ManagementServer;
beforeAll(async () => {
  server = await startManagementServer({
    gone: { status: 410, errorType: 'GoneException' },
    goneWithoutName: { status: 410 },
    goneByName: { status: 400, errorType: 'GoneException' },
    forbidden: { status: 403, errorType: 'ForbiddenException' },
    notFound: { status: 404 },
    tooLarge: { status: 413, errorType: 'PayloadTooLargeException' },
    throttled: { status: 429, errorType: 'LimitExceededException' },
    failing: { status: 500 },
    silent: undefined,
  });
});
afterAll(() => server.close());

const push = () => managementPush({ endpoint: server.endpoint, timeoutMs: 1_000 });

test('a frame is posted as it is, below the stage, and a close is a delete', async () => {
  const id = 'Vjoq/teLb+DoECIpw=';
  expect(await push().send(id, '{"data":"鸡蛋"}')).toBe('sent');
  expect(await push().close(id)).toBe('sent');
  expect(server.calls.slice(-2)).toEqual([
    { method: 'POST', path: `/production/@connections/${id}`, body: '{"data":"鸡蛋"}' },
    { method: 'DELETE', path: `/production/@connections/${id}`, body: '' },
  ]);
});

test.each([
  ['gone', 'gone'],
  ['goneWithoutName', 'gone'],
  ['goneByName', 'gone'],
  ['forbidden', 'unknown'],
  ['notFound', 'unknown'],
  ['tooLarge', 'unknown'],
  ['throttled', 'unknown'],
  ['failing', 'unknown'],
  ['silent', 'unknown'],
])('of a connection that answers as %s a push says %s, and is not made twice', async (id, outcome) => {
  const before = server.calls.length;
  expect(await push().send(id, 'x')).toBe(outcome);
  expect(server.calls.length - before).toBe(1);
  expect(await push().close(id)).toBe(outcome);
});

test('nobody there is unknown, not gone', async () => {
  const nobody = managementPush({ endpoint: 'http://127.0.0.1:1', timeoutMs: 1_000 });
  expect([await nobody.send('id', 'x'), await nobody.close('id')]).toEqual(['unknown', 'unknown']);
});

test('a message larger than API Gateway takes is not sent, and no frame of ours comes near', async () => {
  const before = server.calls.length;
  expect(await push().send('id', '蛋'.repeat(MAX_MESSAGE_BYTES / 3 + 1))).toBe('unknown');
  expect(server.calls.length).toBe(before);
  expect(await push().send('id', 'x'.repeat(MAX_MESSAGE_BYTES))).toBe('sent');
  // What fits into one frame of AWS is metered as one message.
  expect(MAX_FRAME_FROM_SERVER_BYTES).toBeLessThanOrEqual(32 * 1024);
});

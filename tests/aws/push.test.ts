import { MAX_MESSAGE_BYTES, managementPush } from '../../apigateway/aws/push.ts';
import { MAX_FRAME_FROM_SERVER_BYTES } from '../../functions/domain/frames.ts';
import { withCredentials } from '../support/aws-credentials.ts';
import { type ManagementServer, startManagementServer } from './management-server.ts';

withCredentials();

let server: ManagementServer;
beforeAll(async () => {
  server = await startManagementServer({
    gone: { status: 410, errorType: 'GoneException' },
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

test.each([
  ['without a body', ''],
  ['with a page', '<html><body>410 Gone</body></html>'],
  ['with foreign JSON', '{"message":"Gone"}'],
  ['with an empty object', '{}'],
])('9.1: a 410 %s that API Gateway has not named is the word of a proxy: unknown', async (_, body) => {
  server.answers.byProxy = { status: 410, body };
  expect([await push().send('byProxy', 'x'), await push().close('byProxy')]).toEqual(['unknown', 'unknown']);
});

test('a kept connection that the other side has closed is not what a push fails by; a new one that breaks is', async () => {
  const { send } = push();
  expect(await send('cut-once', 'first')).toBe('sent');
  server.answers['cut-once'] = 'cut';
  const before = server.calls.length;
  expect(await send('cut-once', 'second')).toBe('unknown');
  expect(server.calls.slice(before).map(({ body }) => body)).toEqual(['second', 'second']); // kept, and then new
  expect(await send('cut-once', 'third')).toBe('unknown');
  expect(server.calls.length - before).toBe(3);
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

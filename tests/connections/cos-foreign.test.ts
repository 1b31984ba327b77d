import { createServer, request, type Server } from 'node:http';
import { lettersOf } from '../../functions/domain/chat/names.ts';
import { startCosRooms } from '../support/chat/room-stores.ts';
import { type ForeignAnswer, foreignAnswers } from '../support/foreign-answers.ts';
import { listen, stop } from '../support/listen.ts';

// Somebody between us and COS answers in its place: to every call, or to those of one method alone.

let cos: Awaited<ReturnType<typeof startCosRooms>>;
let proxy: Server;
let address: string;
let answers: (method: string) => ForeignAnswer | undefined = () => undefined;

beforeAll(async () => {
  cos = await startCosRooms();
  proxy = createServer((incoming, outgoing) => {
    const foreign = answers(incoming.method ?? '');
    if (foreign !== undefined) {
      const { status, contentType, body } = foreign;
      incoming.resume();
      return void outgoing
        .writeHead(status, contentType === undefined ? {} : { 'content-type': contentType })
        .end(body);
    }
    const { method, url, headers } = incoming;
    const [host, port] = cos.server.address.split(':');
    incoming.pipe(
      request({ host, port, method, path: url, headers }, answer => {
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  address = `127.0.0.1:${await listen(proxy)}`;
});
afterAll(async () => {
  await stop(proxy);
  await cos.stop();
});

const room = () => cos.room({ leaseSeconds: 3_600, prefix: 'chat/' }, address);
const member = (id: string) => ({ id, name: lettersOf(id)[0] ?? '' });

// A success with text that is no XML makes the SDK throw where nobody can catch it, or answer never; we cannot mend that.
const readable = foreignAnswers.filter(
  ({ status, contentType }) => status >= 300 || contentType !== 'application/json',
);

test.each(
  readable.map(answer => [answer.what, answer] as const),
)('9.1: %s in the place of COS lets nobody in, empties no room and removes nobody', async (_, foreign) => {
  answers = () => foreign;
  await expect(room().add(member('newcomer'))).rejects.toBeDefined();
  await expect(room().remove('somebody')).rejects.toBeDefined();
  await expect(room().list()[Symbol.asyncIterator]().next()).rejects.toBeDefined();
});

test('9.1: a 404 of a proxy does not bring back who was removed', async () => {
  answers = () => undefined;
  await room().remove('gone');
  answers = method => (method === 'HEAD' ? foreignAnswers.find(({ status }) => status === 404) : undefined);
  await expect(room().add(member('gone'))).rejects.toBeDefined();
  answers = () => undefined;
  expect(await room().add(member('gone'))).toBe('closed');
});

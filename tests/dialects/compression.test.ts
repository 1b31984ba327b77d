import { connect } from '../support/apigateway/client.ts';
import { withCredentials } from '../support/aws-credentials.ts';
import { aws } from './aws.ts';
import { type DialectWorld, startWorld } from './contract.ts';
import { tencent } from './tencent.ts';

withCredentials();
let world: DialectWorld | undefined;
afterEach(async () => {
  await world?.gateway.close();
  world = undefined;
});

const text = 'beef noodles, '.repeat(2_000);

describe.each(Object.entries({ tencent, aws }))('with the dialect %s', (_, dialect) => {
  it('messages are compressed for a client that offers it, where the owner says so, and come whole', async () => {
    world = await startWorld(dialect, {}, { api: { compression: {}, maxFrameBytes: 32_768 } });
    const client = await connect(world.url, { perMessageDeflate: true });
    expect(client.socket.extensions).toContain('permessage-deflate');
    client.socket.send(text);
    const [message] = await world.heard('message');
    expect(message?.data).toBe(text);
    const { _socket: line } = client.socket as unknown as { _socket: { bytesRead: number } };
    const before = line.bytesRead;
    for (let i = 0; i < 5; i++) await world.push.send(message?.id ?? '', `${i}${text}`);
    expect(await client.received(5)).toEqual([0, 1, 2, 3, 4].map(i => `${i}${text}`));
    expect(line.bytesRead - before).toBeLessThan(text.length);
  });

  it('is never agreed to elsewhere, and a client that offers nothing is served', async () => {
    world = await startWorld(dialect);
    expect((await connect(world.url, { perMessageDeflate: true })).socket.extensions).toBe('');
    await world.gateway.close();
    world = await startWorld(dialect, {}, { api: { compression: {} } });
    const plain = await connect(world.url);
    plain.socket.send('plain');
    expect((await world.heard('message'))[0]?.data).toBe('plain');
  });

  it('a small message that inflates to one which is too large closes its client with 1009 and reaches nobody', async () => {
    const limit = dialect === aws ? { maxMessageBytes: 10_000 } : { maxFrameBytes: 10_000 };
    world = await startWorld(dialect, {}, { api: { compression: {}, ...limit } });
    const client = await connect(world.url, { perMessageDeflate: true });
    client.socket.send('x'.repeat(1_000_000));
    expect((await client.closed).code).toBe(1009);
    await world.heard('end');
    expect(world.told.map(({ what }) => what)).toEqual(['connect', 'end']);
  });
});

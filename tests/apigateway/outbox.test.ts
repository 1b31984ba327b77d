import { setTimeout as sleep } from 'node:timers/promises';
import { createOutbox } from '../../apigateway/server/websocket/outbox.ts';
import { connect } from '../support/apigateway/client.ts';
import { startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { until } from '../support/until.ts';

/** A socket that notes what it is given, and when. */
function createSocket() {
  const sent: { data: string; at: number }[] = [];
  return { sent, send: (data: unknown) => void sent.push({ data: String(data), at: performance.now() }) };
}

/** The most that any second held. */
function busiestSecond(sent: { data: string; at: number }[]): { frames: number; bytes: number } {
  const windows = sent.map(({ at }) => sent.filter(other => other.at >= at && other.at < at + 1_000));
  const bytes = windows.map(window => window.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0));
  return { frames: Math.max(...windows.map(window => window.length)), bytes: Math.max(...bytes) };
}

describe('an outbox', () => {
  test('sends no more frames in any second than it may, in their order, and lets the first go at once', async () => {
    const socket = createSocket();
    const outbox = createOutbox(socket, { framesPerSecond: 10, bytesPerSecond: 100_000 });
    for (let number = 0; number < 25; number++) outbox.send(`${number}`);
    expect(socket.sent).toHaveLength(10);
    await until(() => socket.sent.length === 25);
    expect(socket.sent.map(({ data }) => Number(data))).toEqual(Array.from({ length: 25 }, (_, number) => number));
    expect(busiestSecond(socket.sent).frames).toBe(10);
    expect(outbox.waitingBytes).toBe(0);
  });

  test('sends no more bytes in any second than it may; a frame above them goes alone', async () => {
    const socket = createSocket();
    const outbox = createOutbox(socket, { framesPerSecond: 100, bytesPerSecond: 1_000 });
    for (const length of [400, 400, 400, 600, 1_500, 10]) outbox.send('辣'.repeat(length / 3));
    expect(outbox.waitingBytes).toBeGreaterThan(0);
    await until(() => socket.sent.length === 6);
    const others = socket.sent.filter(({ data }) => data.length !== 500);
    expect(busiestSecond(others).bytes).toBeLessThanOrEqual(1_000);
    const large = socket.sent.find(({ data }) => data.length === 500);
    const near = socket.sent.filter(({ at }) => Math.abs(at - (large?.at ?? 0)) < 1_000);
    expect(near).toHaveLength(1);
  });

  test('when it is finished lets only the last frame go, and then calls back', async () => {
    const socket = createSocket();
    const outbox = createOutbox(socket, { framesPerSecond: 1, bytesPerSecond: 1_000 });
    for (const text of ['first', 'second', 'farewell']) outbox.send(text);
    let isFinished = false;
    outbox.finish(() => {
      isFinished = true;
    });
    await until(() => isFinished);
    expect(socket.sent.map(({ data }) => data)).toEqual(['first', 'farewell']);
  });

  test('that has ended sends nothing more', async () => {
    const socket = createSocket();
    const outbox = createOutbox(socket, { framesPerSecond: 1, bytesPerSecond: 1_000 });
    outbox.send('first');
    outbox.send('second');
    outbox.end();
    await sleep(1_200);
    expect(socket.sent).toHaveLength(1);
  });
});

describe('a gateway with an outbound limit', () => {
  test('paces what is pushed, and closes after the farewell', async () => {
    const { gateway, socketUrl, calls } = await startRecordingGateway({
      gateway: { outboundLimit: { framesPerSecond: 5, bytesPerSecond: 10_000 } },
    });
    const client = await connect(socketUrl);
    const push = gateway.push('pgws');
    const id = calls[0]?.id ?? '';
    const began = performance.now();
    for (let number = 0; number < 11; number++) expect(await push.send(id, `${number}`)).toBe('sent');
    await client.received(11);
    expect(performance.now() - began).toBeGreaterThan(2_000);
    for (const text of ['x', 'y', 'z', 'not worth waiting for', 'not this one', 'farewell']) await push.send(id, text);
    expect(await push.close(id)).toBe('sent');
    expect((await client.closed).code).toBe(1000);
    expect(client.frames.at(-1)).toBe('farewell');
    expect(client.frames).not.toContain('not this one');
    await gateway.close();
  });

  test('gives up a client for whom more has piled up than it can ever be sent', async () => {
    const { gateway, socketUrl, calls, called } = await startRecordingGateway({
      gateway: { outboundLimit: { framesPerSecond: 1, bytesPerSecond: 1_000 } },
    });
    const client = await connect(socketUrl);
    const push = gateway.push('pgws');
    const outcomes = new Set<string>();
    for (let number = 0; number < 60; number++) outcomes.add(await push.send(calls[0]?.id ?? '', 'x'.repeat(200_000)));
    expect([...outcomes]).toEqual(['sent', 'unknown', 'gone']);
    await client.closed;
    await called('closing');
    await gateway.close();
  });
});

test('a connection that has lasted as long as it may is closed with 1000', async () => {
  const { gateway, socketUrl } = await startRecordingGateway({ gateway: { connectionSeconds: 0.2 } });
  const client = await connect(socketUrl);
  expect(await client.closed).toEqual({ code: 1000, reason: 'come again' });
  await gateway.close();
});

test('a gateway that stops uses the close code it was given', async () => {
  const { gateway, socketUrl } = await startRecordingGateway({ gateway: { stopCode: 1012 } });
  const client = await connect(socketUrl);
  await gateway.close();
  expect((await client.closed).code).toBe(1012);
});

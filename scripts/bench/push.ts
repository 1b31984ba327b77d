import { dataSendEvent } from '../../apigateway/tencent/websocket-events.ts';
import type { FloorServer } from './floor-server.ts';
import type { GatewayServer } from './gateway-server.ts';
import { createHttpClient } from './http-client.ts';
import { load, perSecond } from './load.ts';
import { type BenchProcess, startProcess } from './process.ts';
import { openReceivers, type Receivers } from './receivers.ts';
import { atLeast, atMost, type Section } from './row.ts';
import { inRounds, percentile } from './statistics.ts';

/** A push is HTTP in and a frame out: to one connection, to many, one after another and at once. */
export const push: Section = async ({ rounds }, report) => {
  const floor = await pushTo(await startProcess<FloorServer['info']>('floor-server.ts'), '/in-process', floorCall);
  const ours = await pushTo(await startProcess<GatewayServer['info']>('gateway-server.ts'), '/in-process', gatewayCall);

  const single = await inRounds(rounds, { floor: () => oneAtATime(floor), ours: () => oneAtATime(ours) });
  report({
    measure: 'push to one of 200 connections, one at a time, p50',
    unit: 'ms',
    floor: single.floor.p50,
    ours: single.ours.p50,
    goal: atMost(single.floor.p50, 1.1),
  });

  const many = await inRounds(rounds, { floor: () => inFlight(floor), ours: () => inFlight(ours) });
  report({
    measure: 'the same, 32 in flight: CPU of the server per push',
    unit: 'µs',
    floor: many.floor.cpu,
    ours: many.ours.cpu,
    goal: atMost(many.floor.cpu, 1.1),
  });
  report({
    measure: 'the same, 32 in flight: pushes',
    unit: '/s',
    floor: many.floor.rate,
    ours: many.ours.rate,
    goal: atLeast(many.floor.rate, 0.8, '20,000/s to 25,000'),
  });

  await Promise.all([floor.receivers.grow(1_000), ours.receivers.grow(1_000)]);
  const thousand = await inRounds(rounds, { floor: () => toEach(floor), ours: () => toEach(ours) });
  report({
    measure: '1,000 single pushes to 1,000 connections, to the last receipt',
    unit: 'ms',
    floor: thousand.floor.ms,
    ours: thousand.ours.ms,
    goal: atMost(thousand.floor.ms, 1.05),
  });

  const chat = await inRounds(rounds, { floor: () => toAll(floor), ours: () => toAll(ours) });
  report({
    measure: 'one message to 1,000 connections, to the last receipt',
    unit: 'ms',
    floor: chat.floor.ms,
    ours: chat.ours.ms,
    goal: atMost(chat.floor.ms, 1.54, '20 ms to 13'),
  });
};

/** A server, the clients that are connected to it, and the way to push to them. */
interface PushTarget {
  server: BenchProcess<unknown>;
  receivers: Receivers;
  push(id: string, data: string): Promise<unknown>;
}

/** Path and body of a push. */
type Call = (info: { url: string; sendBackUrl?: string }) => { origin: string | undefined; path: string; body: Body };
type Body = (id: string, data: string) => object;

const floorCall: Call = () => ({ origin: undefined, path: '/push', body: (id, data) => ({ id, data }) });

const gatewayCall: Call = ({ sendBackUrl = '' }) => {
  const { origin, pathname } = new URL(sendBackUrl);
  return { origin, path: pathname, body: dataSendEvent };
};

async function pushTo(server: BenchProcess<{ url: string }>, path: string, call: Call): Promise<PushTarget> {
  const { url } = server.info;
  const { origin = url, path: pushPath, body } = call(server.info);
  const client = createHttpClient(origin);
  return {
    server,
    receivers: await openReceivers(url.replace('http', 'ws') + path, 200),
    push: (id, data) => client.post(pushPath, JSON.stringify(body(id, data))),
  };
}

/** About as long as the frame of an order, and as full of quotes, which JSON has to escape once more. */
const frame = JSON.stringify({
  type: 'events',
  order: Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`field${n}`, `value ${n}`])),
});
let number = 0;

/** Pushes and waits for both: the answer to the caller and the receipt at the client. */
async function pushed({ receivers, push }: PushTarget, index: number): Promise<void> {
  const mine = ++number;
  const receipt = receivers.receipt(mine);
  await Promise.all([push(receivers.ids[index % receivers.ids.length] ?? '', `${mine} ${frame}`), receipt]);
}

async function oneAtATime(target: PushTarget) {
  const { each } = await load(2_000, 1, index => pushed(target, index));
  return { p50: percentile(each, 0.5) };
}

async function inFlight(target: PushTarget) {
  const total = 20_000;
  const before = await target.server.cpuMicros();
  const { all } = await load(total, 32, index => pushed(target, index));
  const after = await target.server.cpuMicros();
  return { cpu: (after - before) / total, rate: perSecond(total, all) };
}

async function toEach(target: PushTarget) {
  const { all } = await load(1_000, 32, index => pushed(target, index));
  return { ms: all };
}

async function toAll({ receivers }: PushTarget) {
  const mine = ++number;
  const begun = performance.now();
  const receipts = receivers.receipt(mine, 1_000);
  receivers.send(0, `all ${mine} ${frame}`);
  await receipts;
  return { ms: performance.now() - begun };
}

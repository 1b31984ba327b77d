import type { FloorServer } from './floor-server.ts';
import type { GatewayServer } from './gateway-server.ts';
import { handshakes } from './handshakes.ts';
import { load, perSecond } from './load.ts';
import { type BenchProcess, startProcess } from './process.ts';
import { atLeast, atMost, type Section } from './row.ts';
import { inRounds } from './statistics.ts';

const count = 10_000;

/** Ten thousand clients come and say nothing: how fast they are let in, connect call included, and what each one costs. */
export const connections: Section = async ({ rounds }, report) => {
  const measured = await inRounds(rounds, {
    floor: async () => accept(await startProcess<FloorServer['info']>('floor-server.ts')),
    ours: async () => accept(await startProcess<GatewayServer['info']>('gateway-server.ts')),
  });
  report({
    measure: 'connections accepted, with a connect call in process',
    unit: '/s',
    floor: measured.floor.rate,
    ours: measured.ours.rate,
    goal: atLeast(measured.floor.rate, 0.95),
  });
  report({
    measure: 'CPU of the server per connection',
    unit: 'µs',
    floor: measured.floor.cpu,
    ours: measured.ours.cpu,
  });
  report({
    measure: 'memory per idle connection at 10,000, JavaScript',
    unit: 'kB',
    floor: measured.floor.heap,
    ours: measured.ours.heap,
    goal: atMost(measured.floor.heap, 1.33, '14 kB to 10.5'),
  });
  report({
    measure: 'memory per idle connection at 10,000, resident',
    unit: 'kB',
    floor: measured.floor.resident,
    ours: measured.ours.resident,
  });
};

/** On a server that is new, since memory that was used once is not given back. Its first connections only warm it up. */
async function accept(server: BenchProcess<{ url: string }>) {
  const clients = handshakes(`${server.info.url}/in-process`);
  await load(2_000, 64, () => clients.open());
  const memory = await server.memory();
  const cpu = await server.cpuMicros();
  const { all } = await load(count, 64, () => clients.open());
  const cpuAfter = await server.cpuMicros();
  const memoryAfter = await server.memory();
  clients.cut();
  await server.stop();
  return {
    rate: perSecond(count, all),
    cpu: (cpuAfter - cpu) / count,
    heap: (memoryAfter.heapBytes - memory.heapBytes) / count / 1000,
    resident: (memoryAfter.residentBytes - memory.residentBytes) / count / 1000,
  };
}

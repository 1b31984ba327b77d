import type { FloorServer } from './floor-server.ts';
import type { FunctionServer, SendBackAddress } from './function-server.ts';
import type { GatewayServer } from './gateway-server.ts';
import { load, perSecond } from './load.ts';
import { startProcess } from './process.ts';
import { openReceivers, type Receivers } from './receivers.ts';
import { atLeast, type Section } from './row.ts';
import { inRounds } from './statistics.ts';

const inFlight = 32;

/** A client sends a frame, a function is called with it and sends it back, the client gets it. */
export const frames: Section = async ({ rounds }, report) => {
  const functions = await startProcess<FunctionServer['info']>('function-server.ts');
  const { floorUrl, gatewayUrl, awsUrl } = functions.info;
  const floor = await startProcess<FloorServer['info']>('floor-server.ts', { functionUrl: floorUrl });
  const ours = await startProcess<GatewayServer['info']>('gateway-server.ts', {
    functionUrl: gatewayUrl,
    awsFunctionUrl: awsUrl,
  });
  const { origin, pathname } = new URL(ours.info.sendBackUrlOfUrlApi);
  const addresses: SendBackAddress[] = [
    { path: '/floor', origin: floor.info.url, sendBackPath: '/push' },
    { path: '/gateway', origin, sendBackPath: pathname },
    {
      path: '/aws',
      origin: new URL(ours.info.managementUrl).origin,
      sendBackPath: new URL(ours.info.managementUrl).pathname,
    },
  ];
  for (const address of addresses) await functions.ask('sendBack', address);

  for (const { path, words, total, ratio } of [
    { path: '/in-process', words: 'in process', total: 40_000, ratio: 0.95 },
    { path: '/by-url', words: 'by URL', total: 10_000, ratio: 0.85 },
  ]) {
    const floorClients = await openReceivers(floor.info.url.replace('http', 'ws') + path, inFlight);
    const clients = await openReceivers(ours.info.url.replace('http', 'ws') + path, inFlight);
    const awsClients = await openReceivers(`${ours.info.url.replace('http', 'ws')}/aws-${path.slice(1)}`, inFlight);
    const measured = await inRounds(rounds, {
      floor: async () => ({ rate: await echoes(floorClients, total) }),
      ours: async () => ({ rate: await echoes(clients, total) }),
      aws: async () => ({ rate: await echoes(awsClients, total) }),
    });
    report({
      measure: `frame → function ${words} → send-back → client, ${inFlight} in flight`,
      unit: '/s',
      floor: measured.floor.rate,
      ours: measured.ours.rate,
      goal: atLeast(measured.floor.rate, ratio),
    });
    report({
      measure: `the same in AWS’s dialect, function ${words}; the floor is our other dialect`,
      unit: '/s',
      floor: measured.ours.rate,
      ours: measured.aws.rate,
      goal: atLeast(measured.ours.rate, 0.9),
    });
    await Promise.all([floorClients.close(), clients.close(), awsClients.close()]);
  }
};

/** Each client has one frame under way, as frames of one connection are handled one after another. */
async function echoes(clients: Receivers, total: number): Promise<number> {
  const free = Array.from({ length: inFlight }, (_, index) => index);
  const { all } = await load(total, inFlight, async number => {
    const client = free.pop() ?? 0;
    const receipt = clients.receipt(number);
    clients.send(client, `${number} {"type":"ping","after":12}`);
    await receipt;
    free.push(client);
  });
  return perSecond(total, all);
}

import { boundedLog } from '../../apigateway/bounded-log.ts';
import { handshake } from '../support/apigateway/client.ts';
import { type RecordingGateway, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { until } from '../support/until.ts';

let world: RecordingGateway | undefined;
afterEach(async () => {
  await world?.gateway.close();
  world = undefined;
});

const most = { debug: Number.POSITIVE_INFINITY, info: 5, warn: 2, error: 2 };

test('of a flood the first lines are written as they are, and one says how many more there were', async () => {
  const lines: unknown[] = [];
  const log = boundedLog((level, event, fields) => lines.push({ level, event, ...fields }), 100, most);
  for (let n = 0; n < 1_000; n++) log('warn', 'origin refused', { n });
  log('warn', 'handshake refused', { n: 0 });
  const line = (event: string, n: number) => ({ level: 'warn', event, n });
  expect(lines).toEqual([line('origin refused', 0), line('origin refused', 1), line('handshake refused', 0)]);
  await until('the rest is counted', () => lines.length > 3);
  expect(lines.slice(3)).toEqual([{ level: 'warn', event: 'origin refused', times: 998 }]);
  log('warn', 'origin refused', { n: 1_000 });
  expect(lines[4]).toEqual(line('origin refused', 1_000));
});

test('what is only told gets more room, and what was asked for with debug all of it', () => {
  const lines: string[] = [];
  const log = boundedLog((level, event) => lines.push(`${level} ${event}`), 60_000, most);
  for (let n = 0; n < 100; n++) {
    log('info', 'request');
    log('debug', 'frame');
  }
  expect(lines.filter(line => line === 'info request')).toHaveLength(5);
  expect(lines.filter(line => line === 'debug frame')).toHaveLength(100);
});

test('a stranger who tries a hundred times fills no log', async () => {
  world = await startRecordingGateway({ gateway: { origins: ['https://shop.example'] } });
  const { socketUrl, gateway, logged } = world;
  for (let n = 0; n < 100; n++) await handshake(socketUrl, { headers: { origin: 'https://evil.example' } });
  expect(gateway.securityEvents.get('origin_refused')).toBe(100);
  expect(logged.filter(({ event }) => event === 'origin refused')).toHaveLength(20);
});

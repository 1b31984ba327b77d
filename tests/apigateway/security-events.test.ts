import { request as httpRequest } from 'node:http';
import { createSecurityEvents, securityEventKinds } from '../../apigateway/security-events.ts';
import { securityEventsOfProcess } from '../../apigateway/security-events-of-process.ts';
import { startGateway } from '../../apigateway/server/gateway.ts';
import { type RecordingGateway, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { sourcesIn } from '../support/sources.ts';
import { until } from '../support/until.ts';

let world: RecordingGateway | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await world?.gateway.close();
  world = undefined;
});

describe('the log of security events', () => {
  test('has the first of a kind at once and those of a flood together, with none missing', async () => {
    const lines: unknown[] = [];
    const events = createSecurityEvents((_, event, fields) => lines.push({ event, ...fields }), 100);
    for (let i = 0; i < 10_000; i++) events.tell('wrong_key');
    events.tell('pipelining');
    const line = (kind: string, times: number) => ({ event: 'security event', kind, times });
    expect(lines).toEqual([line('wrong_key', 1), line('pipelining', 1)]);
    await until('the rest is logged', () => lines.length === 3);
    expect(lines[2]).toEqual(line('wrong_key', 9_999));
    expect(events.counts.get('wrong_key')).toBe(10_000);
  });

  test('has a name for each kind that something tells, and tells each that has a name', () => {
    const told = ['apigateway', 'functions'].flatMap(sourcesIn).flatMap(({ file, nodes }) => {
      if (file === 'apigateway/security-events.ts') return [];
      return nodes.filter(({ type }) => type === 'StringLiteral').map(({ value }) => String(value));
    });
    expect(securityEventKinds.filter(kind => !told.includes(kind))).toEqual([]);
  });
});

describe('the metrics', () => {
  async function read(more: { path?: string; method?: string; secret?: string; port?: number } = {}) {
    const { path = '/metrics', method = 'GET', secret, port = world?.gateway.metricsPort } = more;
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    return new Promise<{ status: number | undefined; type: string | undefined; text: string }>((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, async response => {
        const text = (await response.toArray()).join('');
        resolve({ status: response.statusCode, type: response.headers['content-type'], text });
      });
      request.on('error', reject);
      request.end();
    });
  }

  test('are in the text format of Prometheus, with a series for each kind and none that a client adds', async () => {
    world = await startRecordingGateway({ gateway: { metricsPort: 0, hosts: ['shop.example'] } });
    jest.spyOn(console, 'error').mockImplementation(() => {});
    securityEventsOfProcess().tell('host_refused');
    await fetch(`${world.gateway.url}/?kind=invented`);
    const { status, type, text } = await read();
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
    const lines = text.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{kind="\w+"\})? [\d.e+-]+)$/);
    const kinds = lines.flatMap(line => /^gateway_security_events_total\{kind="(\w+)"\}/.exec(line)?.[1] ?? []);
    expect(kinds).toEqual([...securityEventKinds]);
    // One of the gateway and one of the functions in its process.
    expect(text).toContain('gateway_security_events_total{kind="host_refused"} 2\n');
    expect(text).toContain('gateway_connections 0\n');
    expect(text).not.toContain('invented');
  });

  test('are nowhere unless a port is named, and never where clients come in', async () => {
    world = await startRecordingGateway();
    expect(world.gateway.metricsPort).toBeUndefined();
    expect((await read({ port: world.gateway.port })).status).toBe(404);
  });

  test('need their secret, which other machines must have', async () => {
    const metricsSecret = 'sixteen-letters-or-more';
    world = await startRecordingGateway({ gateway: { metricsPort: 0, metricsSecret } });
    expect((await read()).status).toBe(401);
    expect((await read({ secret: 'another' })).status).toBe(401);
    expect((await read({ secret: metricsSecret })).text).toContain('{kind="wrong_metrics_secret"} 2\n');
    expect(JSON.stringify(world.logged)).not.toContain('another');
    await expect(startGateway({ port: 0, metricsPort: 0, metricsHost: '0.0.0.0' })).rejects.toThrow('metricsSecret');
  });

  test('are at one address and read alone', async () => {
    world = await startRecordingGateway({ gateway: { metricsPort: 0 } });
    expect((await read({ path: '/' })).status).toBe(404);
    expect((await read({ path: '/metrics/../x' })).status).toBe(404);
    expect((await read({ method: 'POST' })).status).toBe(405);
    expect((await read()).status).toBe(200);
  });
});

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readShops, selfCheck } from '../../scripts/ordering/self-check.ts';
import { startOf } from '../../scripts/tencent/commands/logs.ts';
import { foreignAnswers } from '../support/foreign-answers.ts';

describe('the check after a deployment', () => {
  let server: Server;
  let headers: Record<string, string>;
  let page: string;
  let config: string;
  let url: string;
  beforeEach(async () => {
    headers = { 'content-type': 'text/html; charset=utf-8' };
    page = readFileSync('dist/web/order.html', 'utf8');
    config = readFileSync('dist/web/config.json', 'utf8');
    server = createServer((request, response) => {
      if (request.url?.endsWith('.html')) response.writeHead(200, headers).end(page);
      else if (request.url === '/config.json') response.writeHead(200).end(config);
      else if (request.url === '/shops') response.writeHead(200).end('{"shops":[]}');
      else response.writeHead(404).end('{}');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const addresses = () => ({
    bill: `${url}/bill`,
    getShopInfo: `${url}/shops`,
    webSocket: url.replace('http', 'ws'),
    pages: url,
  });

  it('finds that pages are sent as downloads, as default domains do', async () => {
    headers['content-disposition'] = 'attachment; filename=order.html';
    await expect(selfCheck(addresses(), {})).rejects.toThrow('is sent as a download (Content-Disposition: attachment)');
  });

  it('finds that something else than a page is there', async () => {
    headers['content-type'] = 'application/json';
    await expect(selfCheck(addresses(), {})).rejects.toThrow('answered 200 (application/json) and not a page');
  });

  const pages = foreignAnswers.filter(({ status, contentType }) => status === 200 && contentType === 'text/html');

  it.each(pages.map(({ what, body }) => [what, body]))('9.1: takes no other page for ours: %s', async (_, body) => {
    page = body;
    await expect(selfCheck(addresses(), {})).rejects.toThrow('answered a page, but not ours');
  });

  it('9.1: takes no page of ours for another one', async () => {
    page = readFileSync('dist/web/chat.html', 'utf8');
    await expect(selfCheck(addresses(), {})).rejects.toThrow('answered a page, but not ours');
  });

  it.each(
    foreignAnswers.filter(({ status }) => status === 200).map(({ what, body }) => [what, body]),
  )('9.1: finds that config.json is somebody else’s: %s', async (_, body) => {
    config = body;
    await expect(selfCheck(addresses(), {})).rejects.toThrow('config.json does not say where the functions are');
  });

  it('finds that the WebSocket does not open', async () => {
    await expect(selfCheck(addresses(), {})).rejects.toThrow('cannot be opened: Unexpected server response: 404');
  });

  it('finds that the function does not answer shops', async () => {
    await expect(readShops(`${url}/nothing`)).rejects.toThrow('answered 404');
  });
});

describe('--startTime', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');

  it.each([
    ['30m', '2026-01-31T11:30:00.000Z'],
    ['2h', '2026-01-31T10:00:00.000Z'],
    ['1d', '2026-01-30T12:00:00.000Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
  ])('%s is %s', (since, time) => {
    expect(new Date(startOf(since, now)).toISOString()).toBe(time);
  });

  it('is refused when it is no time', () => {
    expect(() => startOf('yesterday', now)).toThrow('--startTime "yesterday"');
  });
});

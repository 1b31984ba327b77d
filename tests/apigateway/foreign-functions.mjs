// Somebody's existing register, transport and cleanup, in another process and without a line of this project:
// plain HTTP handlers that know the documented events, the send-back URL, and how Standard Webhooks are verified.
import { createHmac, timingSafeEqual } from 'node:crypto';
import http from 'node:http';

const { SIGNING_SECRET } = process.env;
// The way to push is told once the gateway runs; the secret is the password of the URL.
let sendBackUrl;
// Whether a page is shown instead of every function, as by a captive portal.
let isPage = false;
const connections = new Set();
const calls = [];

function isFromGateway(headers, body) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const expected = createHmac('sha256', SIGNING_SECRET).update(`${id}.${timestamp}.${body}`).digest();
  const given = Buffer.from(String(headers['webhook-signature']).replace(/^v1,/, ''), 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function push(secConnectionID, data) {
  const { hostname, port, pathname, username, password } = new URL(sendBackUrl);
  const body = JSON.stringify({ websocket: { action: 'data send', secConnectionID, dataType: 'text', data } });
  return new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, path: pathname, method: 'POST', auth: `${username}:${password}` },
      response => {
        const chunks = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const functions = {
  '/register': ({ websocket: { secConnectionID } }) => {
    connections.add(secConnectionID);
    return { errNo: 0, errMsg: 'ok', websocket: { action: 'connecting', secConnectionID } };
  },
  '/transport': async ({ websocket: { secConnectionID, data } }) => {
    if (data === 'crash') throw new Error('crash');
    const text = data.replace(/^all /, '');
    const receivers = data.startsWith('all ') ? [...connections] : [secConnectionID];
    await Promise.all(receivers.map(id => push(id, text)));
  },
  '/cleanup': ({ websocket: { secConnectionID } }) => {
    connections.delete(secConnectionID);
  },
  '/http': event => ({
    isBase64Encoded: false,
    statusCode: 200,
    headers: { 'content-type': 'text/plain' },
    body: `${event.httpMethod} ${event.path} ${event.queryString.a} ${event.body}`,
  }),
};

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', async () => {
    const body = Buffer.concat(chunks).toString();
    if (request.url === '/calls') return response.end(JSON.stringify({ calls, connections: connections.size, isPage }));
    if (!isFromGateway(request.headers, body)) return response.writeHead(401).end();
    if (isPage)
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the hotel</html>');
    calls.push(request.url);
    try {
      response.end(JSON.stringify(await functions[request.url](JSON.parse(body))) ?? '');
    } catch {
      response.writeHead(500).end();
    }
  });
});
process.on('message', message => {
  sendBackUrl = message.sendBackUrl ?? sendBackUrl;
  isPage = message.pages === true;
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

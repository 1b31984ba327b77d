// Pushes as functions for the documented contract do: to each URL of the arguments, in each way that it can be sent.
import http from 'node:http';
import url from 'node:url';

const [, , secConnectionID, ...urls] = process.argv;
const message = data => JSON.stringify({ websocket: { action: 'data send', secConnectionID, dataType: 'text', data } });

function byRequest(options, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ method: 'POST', ...options }, response => {
      let text = '';
      response.on('data', chunk => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text).errNo));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const ways = {
  fetch: async each => (await (await fetch(each, { method: 'POST', body: message(`fetch ${each}`) })).json()).errNo,
  // In chunks, without a content type.
  parsed: each => byRequest(url.parse(each), message(`parsed ${each}`)),
  hostAndPath({ host, path }) {
    return byRequest({ host, path }, message(`host and path ${path}`));
  },
};

for (const each of urls) {
  const { hostname, port, path } = url.parse(each);
  console.log(await ways.fetch(each));
  console.log(await ways.parsed(each));
  // Code that loses the port is right on 80.
  if (port === null) console.log(await ways.hostAndPath({ host: hostname, path }));
}

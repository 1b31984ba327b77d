import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import { readAnswer } from '../../functions/domain/answer.ts';
import { isShopsPage, parseServerFrame } from '../../functions/domain/received.ts';
import { fetchAddresses } from '../../web/connection/addresses.ts';
import { isOwnPage } from '../../web/connection/own-page.ts';
import { DeployError } from '../tencent/failures.ts';
import { fetchPatiently } from '../tencent/fetch-patiently.ts';
import type { Addresses } from './addresses.ts';

type Shop = Record<string, unknown> & { id: string };

const patienceMs = 20_000;
const whoAnswers = '  what to do: see that its name leads to what was deployed, and not to a proxy or another site';

/**
 * Uses what was deployed: reads the shops over HTTP, opens a WebSocket and says hello, and looks at the page. With a
 * shop's key it compares what both ways say; without, the refusal of a wrong key shows that frames go both ways.
 * @throws DeployError that says what does not work
 */
export async function selfCheck(addresses: Addresses, keys: Record<string, string>): Promise<void> {
  await checkPage(addresses.pages, 'order');
  await checkConfig(addresses.pages);
  const shops = await readShops(addresses.getShopInfo);
  const known = shops.find(({ id }) => keys[id] !== undefined);
  const hello = {
    type: 'hello',
    role: 'shop',
    shop: known?.id ?? 'self-check',
    token: known ? keys[known.id] : 'none',
    device: randomUUID(),
  };
  const answer = await answerTo(addresses.webSocket, addresses.pages, hello);
  if (known === undefined) {
    if (answer.type === 'error') return;
    throw new DeployError(
      `self-check: the WebSocket answered ${JSON.stringify(answer.type)} to a hello with a wrong key`,
    );
  }
  if (answer.type !== 'welcome')
    throw new DeployError(
      `self-check: the WebSocket answered ${JSON.stringify(answer)} to the hello of shop ${known.id}`,
    );
  const shop = answer.shop as Shop | undefined;
  for (const name of ['id', 'name', 'currency', 'open', 'dishes']) {
    if (shop?.[name] === undefined || isDeepStrictEqual(shop[name], known[name])) continue;
    throw new DeployError(
      `self-check: ${name} of shop ${known.id} is not the same over HTTP and over the WebSocket: two databases?`,
    );
  }
}

/** The shops that the deployed function answers. Tries again for a while, since a first start is slow. */
export async function readShops(url: string): Promise<Shop[]> {
  const response = await fetchPatiently(url);
  const text = await response.text();
  if (response.status !== 200) {
    throw new DeployError(
      `self-check: ${url} answered ${response.status}: ${text.slice(0, 200)}${hintFor(response.status)}`,
    );
  }
  const answer = readAnswer({ status: 200, contentType: response.headers.get('content-type'), text }, isShopsPage);
  if (answer.type === 'value') return answer.value.shops.map(shop => ({ ...shop }));
  throw new DeployError(`self-check: ${url} answered 200, but not with shops: ${text.slice(0, 200)}\n${whoAnswers}`);
}

async function checkPage(origin: string, page: string): Promise<void> {
  const url = `${origin}/${page}.html`;
  const response = await fetchPatiently(url);
  const html = await response.text();
  if (/attachment/i.test(response.headers.get('content-disposition') ?? '')) {
    throw new DeployError(
      `self-check: ${url} is sent as a download (Content-Disposition: attachment), as default domains of the cloud do: bind a custom domain and name it in custom.pages`,
    );
  }
  const type = response.headers.get('content-type') ?? '';
  if (response.status !== 200 || !type.startsWith('text/html'))
    throw new DeployError(`self-check: ${url} answered ${response.status} (${type || 'no type'}) and not a page`);
  if (!isOwnPage(page, html))
    throw new DeployError(`self-check: ${url} answered a page, but not ours: ${html.slice(0, 200)}\n${whoAnswers}`);
}

/** Without it no page knows where the functions are. */
async function checkConfig(origin: string): Promise<void> {
  const url = `${origin}/config.json`;
  const { addresses } = await fetchAddresses(url).catch(() => ({ addresses: undefined }));
  if (addresses === undefined)
    throw new DeployError(`self-check: ${url} does not say where the functions are\n${whoAnswers}`);
}

/** The first frame that the server sends to a hello, as a page of that origin would get it. */
export function answerTo(url: string, origin: string, hello: object): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { origin, handshakeTimeout: patienceMs });
    const fail = (why: string) => {
      clearTimeout(timer);
      socket.terminate();
      reject(new DeployError(`self-check: the WebSocket ${url} ${why}`));
    };
    const timer = setTimeout(() => fail('did not answer the hello: nothing is pushed back'), patienceMs);
    socket.on('error', error => fail(`cannot be opened: ${error.message}`));
    socket.on('close', code => fail(`was closed with ${code} before it answered`));
    socket.on('open', () => socket.send(JSON.stringify(hello)));
    socket.on('message', data => {
      const frame = parseServerFrame(String(data));
      if (frame === undefined) return; // a gateway of somebody else has frames of its own
      clearTimeout(timer);
      socket.removeAllListeners('close');
      socket.close(1000);
      resolve({ ...frame });
    });
  });
}

function hintFor(status: number): string {
  return status === 503
    ? '\n  what to do: the functions cannot reach the database; check DATABASE_URL, provider.vpc and the security group'
    : '';
}

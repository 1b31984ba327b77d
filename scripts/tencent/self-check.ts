import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import { DeployError } from './failures.ts';

/** Where the deployed thing is. */
export interface Addresses {
  bill: string;
  getShopInfo: string;
  webSocket: string;
  /** Origin of the pages, without a slash at the end. */
  pages: string;
}

type Shop = Record<string, unknown> & { id: string };

const patienceMs = 20_000;

/**
 * Uses what was deployed: reads the shops over HTTP, opens a WebSocket and says hello, and looks at the page. With a
 * shop's key it compares what both ways say; without, the refusal of a wrong key shows that frames go both ways.
 * @throws DeployError that says what does not work
 */
export async function selfCheck(addresses: Addresses, keys: Record<string, string>): Promise<void> {
  await checkPage(`${addresses.pages}/order.html`);
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
  const response = await patiently(url);
  const text = await response.text();
  if (response.status !== 200) {
    throw new DeployError(
      `self-check: ${url} answered ${response.status}: ${text.slice(0, 200)}${hintFor(response.status)}`,
    );
  }
  return (JSON.parse(text) as { shops: Shop[] }).shops;
}

async function checkPage(url: string): Promise<void> {
  const response = await patiently(url);
  await response.text();
  if (/attachment/i.test(response.headers.get('content-disposition') ?? '')) {
    throw new DeployError(
      `self-check: ${url} is sent as a download (Content-Disposition: attachment), as default domains of the cloud do: bind a custom domain and name it in custom.pages`,
    );
  }
  const type = response.headers.get('content-type') ?? '';
  if (response.status === 200 && type.startsWith('text/html')) return;
  throw new DeployError(`self-check: ${url} answered ${response.status} (${type || 'no type'}) and not a page`);
}

async function patiently(url: string): Promise<Response> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patienceMs) });
      if (response.status < 500 || Date.now() > deadline) return response;
      await response.text();
    } catch (error) {
      if (Date.now() > deadline) {
        throw new DeployError(
          `self-check: ${url} cannot be reached: ${causeOf(error)}\n  what to do: see that its name leads there (a custom domain: bound, DNS, certificate) and that this machine may go there; then deploy again`,
        );
      }
    }
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}

/** The first frame that the server sends to a hello, as a page of that origin would get it. */
function answerTo(url: string, origin: string, hello: object): Promise<Record<string, unknown>> {
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
      clearTimeout(timer);
      socket.removeAllListeners('close');
      socket.close(1000);
      resolve(JSON.parse(String(data)) as Record<string, unknown>);
    });
  });
}

function hintFor(status: number): string {
  return status === 503
    ? '\n  what to do: the functions cannot reach the database; check DATABASE_URL, provider.vpc and the security group'
    : '';
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: Error };
  return cause?.message ?? message;
}

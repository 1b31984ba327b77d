import { parseOrNothing } from '../functions/domain/answer.ts';
import { readAddresses } from './connection/addresses.ts';
import { isOwnPage } from './connection/own-page.ts';

// Keeps the shell of one page (document, script, style, icon, config.json) for times without a network. Never what the
// functions answer: a menu or an order out of a cache would be a lie.
//
// An update does not disturb pages that are open: the new worker waits until they are gone, and deletes the old shell
// only then. It is not waited for either, because the document comes from the network whenever there is one.

/** Put in by the build. `version` changes with the content of any file. */
declare const SHELL: { page: string; version: string; files: readonly string[] };

/** As much of a worker's events as is used: its type library cannot stand beside that of pages. */
interface LifeEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface RequestEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface NotificationEvent extends LifeEvent {
  readonly notification: { close(): void };
}
declare const clients: { matchAll(options: object): Promise<readonly { url: string; focus(): Promise<unknown> }[]> };

/** A network that takes longer to answer than this is as good as none, as long as there is a shell. */
const PATIENCE_MS = 3_000;

const base = new URL('.', location.href);
const family = `shell ${base.pathname}${SHELL.page} `;
const cacheName = family + SHELL.version;
const addresses = new Set(SHELL.files.map(file => new URL(file, base).href));

addEventListener('install', event => (event as LifeEvent).waitUntil(keepShell()));
addEventListener('activate', event => (event as LifeEvent).waitUntil(forgetOldShells()));
addEventListener('fetch', event => {
  const { request } = event as RequestEvent;
  const { origin, pathname } = new URL(request.url);
  const address = origin + pathname;
  if (request.method !== 'GET' || !addresses.has(address)) return;
  (event as RequestEvent).respondWith(
    isNamedByContent(address) ? fromShell(address, request) : fresh(address, request),
  );
});

// A tap on a notification leads to the page that it is about, wherever it is open.
addEventListener('notificationclick', event => {
  const { notification } = event as NotificationEvent;
  notification.close();
  (event as LifeEvent).waitUntil(showPage());
});

async function showPage(): Promise<void> {
  const open = await clients.matchAll({ type: 'window' });
  await open.find(({ url }) => new URL(url).pathname.endsWith(`/${SHELL.page}.html`))?.focus();
}

async function keepShell(): Promise<void> {
  const cache = await caches.open(cacheName);
  await Promise.all([...addresses].map(address => keep(cache, address)));
  if (await isWhole()) return;
  // Files are being replaced at this moment. The browser tries again at the next visit.
  await caches.delete(cacheName);
  throw new Error('the shell is of two versions');
}

/** Keeps a file of ours. What a proxy or a captive portal answers in its place ends the installation. */
async function keep(cache: Cache, address: string): Promise<void> {
  const answer = await fetch(new Request(address, { cache: 'no-cache' }));
  if (!(await isOurs(address, answer))) throw new Error(`${address} is not ours`);
  const headers = new Headers(answer.headers);
  // Pages learn the server's clock from `date`; that of a kept answer may be days old. The body is unpacked already.
  for (const name of ['date', 'content-encoding', 'content-length']) headers.delete(name);
  await cache.put(address, new Response(await answer.blob(), { headers }));
}

const types: Record<string, RegExp> = { html: /html/, js: /javascript/, css: /css/, json: /json/, svg: /svg/ };

/** Whether an answer is our file: its type fits its name, the document is a page of ours, `config.json` names addresses. */
async function isOurs(address: string, answer: Response): Promise<boolean> {
  const ending = address.slice(address.lastIndexOf('.') + 1);
  if (answer.status !== 200 || !types[ending]?.test(answer.headers.get('content-type') ?? '')) return false;
  if (ending === 'html') return isOwnPage(SHELL.page, await answer.clone().text());
  return ending !== 'json' || readAddresses(parseOrNothing(await answer.clone().text()), address) !== undefined;
}

/** Whether the document is the one that names these scripts and styles. */
async function isWhole(): Promise<boolean> {
  const document = await kept(new URL(`${SHELL.page}.html`, base).href);
  const text = (await document?.text()) ?? '';
  return SHELL.files.filter(isNamedByContent).every(file => text.includes(file));
}

async function forgetOldShells(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter(name => name.startsWith(family) && name !== cacheName);
  await Promise.all(old.map(name => caches.delete(name)));
}

async function fromShell(address: string, request: Request): Promise<Response> {
  return (await kept(address)) ?? fetch(request);
}

async function fresh(address: string, request: Request): Promise<Response> {
  const asked = fetch(request);
  const late = new Promise<undefined>(resolve => setTimeout(resolve, PATIENCE_MS));
  const answer = await Promise.race([asked, late]).catch(() => undefined);
  if (answer !== undefined && (await isOurs(address, answer))) return answer;
  return (await kept(address)) ?? asked;
}

async function kept(address: string): Promise<Response | undefined> {
  const cache = await caches.open(cacheName);
  return cache.match(address, { ignoreVary: true });
}

function isNamedByContent(address: string): boolean {
  return address.includes('assets/');
}

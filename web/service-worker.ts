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

async function keepShell(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll([...addresses].map(address => new Request(address, { cache: 'no-cache' })));
  if (await isWhole()) return;
  // Files are being replaced at this moment. The browser tries again at the next visit.
  await caches.delete(cacheName);
  throw new Error('the shell is of two versions');
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
  if (answer !== undefined && answer.status < 500) return answer;
  return (await kept(address)) ?? asked;
}

async function kept(address: string): Promise<Response | undefined> {
  const cache = await caches.open(cacheName);
  return cache.match(address, { ignoreVary: true });
}

function isNamedByContent(address: string): boolean {
  return address.includes('assets/');
}

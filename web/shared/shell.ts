/** As much of Trusted Types as is used; browsers without them take the text. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(text: string): string },
  ): { createScriptURL(text: string): string };
}

/**
 * Starts the service worker that keeps this page's shell for times without a network (`web/service-worker.ts`). Where
 * there can be none (plain http from another machine), the page works without.
 */
export function keepShell(page: 'order' | 'shop' | 'chat'): void {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return;
  const start = () => {
    serviceWorker.register(workerAddress(page), { scope: `${page}.html` }).catch(() => {}); // without one, then
  };
  // Not while the page is still loading what it needs.
  if (document.readyState === 'complete') start();
  else addEventListener('load', start, { once: true });
}

/** The address of a worker becomes a script, so it has to come out of the one policy that the pages may make. */
function workerAddress(page: 'order' | 'shop' | 'chat'): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const rules = { createScriptURL: () => `${page}-worker.js` };
  return trustedTypes?.createPolicy('service-worker', rules).createScriptURL('') ?? rules.createScriptURL();
}

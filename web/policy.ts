/**
 * The content policy of the built pages, for the `<meta>` in them: nothing but our own files, nothing inline, and no
 * text that becomes a script but the address of the service worker. Our gateway sends the same as a header, with
 * `frame-ancestors`, which a `<meta>` cannot say. `config` is what lies beside the pages as `config.json`; its `imageHosts`
 * are the hosts whose pictures the pages may show under https, besides those of their own server.
 * @throws Error when one of them is no host
 */
export function contentPolicy(config: Readonly<Record<string, unknown>>): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self'", ...imageSources(config)].join(' '),
    ["connect-src 'self'", ...connectSources(config)].join(' '),
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types service-worker',
  ].join('; ');
}

/**
 * A page, built or not, with the policy that goes with a `config.json`. Whoever puts another `config.json` beside the
 * built pages has to do this to them, or they may not go where it leads.
 */
export function withPolicy(html: string, config: Readonly<Record<string, unknown>>): string {
  return html.replace(/(<meta http-equiv="content-security-policy" content=")[^"]*/, `$1${contentPolicy(config)}`);
}

/** Where the functions and the gateway are, when that is elsewhere. */
function connectSources({ websocket, ...functions }: Readonly<Record<string, unknown>>): string[] {
  const origins = Object.values(functions).flatMap(originOf);
  // Older browsers do not take `'self'` for the WebSocket of this origin, whose name the build does not know.
  const socket = originOf(websocket).map(origin => origin.replace(/^http/, 'ws'));
  return [...new Set([...origins, ...(socket.length > 0 ? socket : ['ws:', 'wss:'])])];
}

/** A list of hosts alone: anything else could end the directive and begin one of its own. */
const hostName = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,5})?$/i;

function imageSources({ imageHosts = [] }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(imageHosts)) throw new Error('config.json: imageHosts must be a list of hosts');
  const wrong = imageHosts.find(host => typeof host !== 'string' || !hostName.test(host));
  if (wrong !== undefined) throw new Error(`config.json: imageHosts: ${JSON.stringify(wrong)} is no host`);
  return imageHosts.map(host => `https://${host}`);
}

function originOf(address: unknown): string[] {
  if (typeof address !== 'string' || !URL.canParse(address)) return [];
  const { protocol, host } = new URL(address);
  return [`${protocol}//${host}`];
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { DeployError } from '../failures.ts';
import { hashOf } from '../service/marks.ts';
import { limited, type Package, packageOf } from '../service/packages.ts';
import type { Serverless } from '../service/serverless.ts';
import type { WebSocketApi } from '../service/settings.ts';
import type { PackageFile } from '../service/zip.ts';
import { gatewayKey, type PlainFunction, type PlainSettings, roomForPushes } from './settings.ts';

/** What nobody wants in a package or a bucket. */
const left = /(^|\/)(\.git|\.serverless|\.DS_Store|__pycache__|\.env[^/]*)(\/|$)/;

/** Packs the functions that have a folder, by their keys, and the gateway; the others are packed by `sls`. */
export function packFolders(settings: PlainSettings, serviceDir: string): Map<string, Package> {
  const packed = settings.functions.flatMap(each => {
    if (each.key === gatewayKey && each.web !== undefined) return [[each.key, gatewayPackage(settings, each)] as const];
    if (each.folder === undefined) return [];
    return [[each.key, packageOf(each.key, filesIn(path.resolve(serviceDir, each.folder)))] as const];
  });
  return new Map(packed);
}

/** What `sls` has packed for a function, together with others or individually. @throws DeployError when there is nothing */
export function packedBySls({ service, serviceDir }: Serverless, key: string): Package {
  const artifact = service.functions[key]?.package?.artifact ?? service.package?.artifact;
  if (artifact === undefined) throw new DeployError(`functions.${key}: nothing was packed for it`);
  const bytes = readFileSync(path.resolve(serviceDir, artifact));
  // The same files give the same bytes.
  return { hash: hashOf(bytes.toString('base64')), zip: async () => limited(key, bytes) };
}

/** Our gateway as a web function, which lies beside the plugin, and what it has to know. */
function gatewayPackage(settings: PlainSettings, { concurrency, web }: PlainFunction): Package {
  const timeouts = settings.functions.map(({ timeout, web: isWeb }) => (isWeb ? 0 : timeout));
  const told: GatewayFile = {
    websockets: settings.websockets,
    origins: settings.origins,
    functionTimeoutSeconds: Math.max(...timeouts) + 5,
    // Alone, it needs places for the calls that push.
    maxConnections: concurrency === undefined ? 0 : places(settings, (web?.maxConcurrency ?? 0) - roomForPushes),
  };
  const files = filesIn(gatewayFolder()).filter(file => file.path !== 'relay.json');
  return packageOf(gatewayKey, [...files, { path: 'relay.json', bytes: Buffer.from(JSON.stringify(told)) }]);
}

/** Of each WebSocket. */
function places({ websockets }: PlainSettings, inAll: number): number {
  return Math.max(1, Math.floor(inAll / websockets.length));
}

/** What the gateway's package tells it. */
export interface GatewayFile {
  websockets: WebSocketApi[];
  origins: string[];
  functionTimeoutSeconds: number;
  /** Of each WebSocket; 0 is no limit. */
  maxConnections: number;
}

/** In the package of this plugin; `npm run pack` puts it there. */
function gatewayFolder(): string {
  const folder = path.join(__dirname, 'gateway');
  if (existsSync(path.join(folder, 'scf_bootstrap'))) return folder;
  throw new DeployError(`the plugin was built without its gateway: there is no ${folder}`);
}

/** All files below a folder, by their paths in it, without what nobody wants. */
export function filesIn(folder: string): PackageFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .map(file => ({ file, inside: path.relative(folder, file).split(path.sep).join('/') }))
    .filter(({ inside }) => !left.test(inside))
    .map(({ file, inside }) => {
      const executable = inside === 'scf_bootstrap' || (statSync(file).mode & 0o100) !== 0;
      return { path: inside, bytes: readFileSync(file), executable };
    });
}

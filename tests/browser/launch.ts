import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

/** npm scripts and jest both run in the project's root; the package exports no path of its own to ask for. */
const modules = path.join(process.cwd(), 'node_modules');
const chromiumPackage = path.join(modules, '@sparticuz', 'chromium');
const cache = path.join(modules, '.cache', 'websocket-order');

/**
 * Starts the Chromium that comes inside the npm package `@sparticuz/chromium` (Linux, x64): nothing is downloaded and
 * no Debian package is needed, since nss, nspr and expat are taken from the same package. `CHROMIUM` names another
 * executable, for other platforms. Throws with the missing libraries and their Debian packages when it cannot start.
 */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.CHROMIUM;
  if (own !== undefined && own !== '') return chromium.launch({ executablePath: own, args });
  const { executablePath, libraries } = await unpack();
  try {
    return await chromium.launch({
      executablePath,
      args,
      env: { ...process.env, LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') },
    });
  } catch (cause) {
    throw new Error(explain(executablePath, libraries), { cause });
  }
}

/** No sandbox, because tests often run as root in a container; no GPU; sound without a device. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--mute-audio', '--font-render-hinting=none'];

const debianPackages: Record<string, string> = {
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libnspr4.so': 'libnspr4',
  'libexpat.so.1': 'libexpat1',
  'libgcc_s.so.1': 'libgcc-s1',
  'libm.so.6': 'libc6',
};

/**
 * Unpacks once per version, into a folder of its own that is renamed when complete: several test workers may come here
 * at the same time, and the package's own `executablePath()` hands out a half-written file then.
 */
async function unpack(): Promise<{ executablePath: string; libraries: string }> {
  const { version } = JSON.parse(readFileSync(path.join(chromiumPackage, 'package.json'), 'utf8'));
  const folder = path.join(cache, `chromium-${version}`);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const half = mkdtempSync(path.join(cache, 'chromium-unpacking-'));
    const packed = path.join(chromiumPackage, 'bin');
    await inflate(path.join(packed, 'chromium.br'), path.join(half, 'chromium'));
    chmodSync(path.join(half, 'chromium'), 0o755);
    await inflate(path.join(packed, 'al2023.tar.br'), path.join(half, 'libraries.tar'));
    execFileSync('tar', ['xf', path.join(half, 'libraries.tar'), '-C', half]);
    rmSync(path.join(half, 'libraries.tar'));
    try {
      renameSync(half, folder);
    } catch (error) {
      rmSync(half, { recursive: true, force: true });
      if (!existsSync(folder)) throw error; // else another worker was faster
    }
  }
  return { executablePath: path.join(folder, 'chromium'), libraries: path.join(folder, 'lib') };
}

async function inflate(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

function explain(executablePath: string, libraries: string): string {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'The packaged Chromium runs on Linux x64 only. Name another one: CHROMIUM=/path/to/chrome';
  let listing = '';
  try {
    listing = execFileSync('ldd', [executablePath], {
      encoding: 'utf8',
      env: { ...process.env, LD_LIBRARY_PATH: libraries },
    });
  } catch {
    return 'Chromium could not be started, and ldd could not say why.';
  }
  const missing = [...listing.matchAll(/^\s*(\S+) => not found/gm)].map(match => match[1] ?? '');
  if (missing.length === 0) return 'Chromium could not be started, though no library is missing; see the cause.';
  const packages = [...new Set(missing.map(name => debianPackages[name] ?? `(the package of ${name})`))];
  return `Chromium lacks ${missing.join(', ')}. On Debian: apt-get install -y ${packages.join(' ')}`;
}

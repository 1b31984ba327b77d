import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { type Fonts, unpackChromium, unpackFonts } from './unpack.ts';

/**
 * Loaded by Node itself, from the project's root, in which everything that needs a browser runs: Jest would load it anew
 * for every file of tests, and that takes a second each time.
 */
const { createRequire } = process.getBuiltinModule('node:module');
const { chromium }: typeof import('playwright-core') = createRequire(path.resolve('package.json'))('playwright-core');

/** What a browser of the tests finds on its machine. */
export interface BrowserOptions {
  fonts?: Fonts;
}

/**
 * Starts the Chromium that comes inside the npm package `@sparticuz/chromium` (Linux, x64): nothing is downloaded and
 * no Debian package is needed, since nss, nspr and expat are taken from the same package. It sees the fonts that come
 * with npm and none of the machine's (where the browser uses fontconfig, as on Linux). `CHROMIUM` names another
 * executable, for other platforms. Throws with the missing libraries and their Debian packages when it cannot start.
 * With `fonts: 'without-width'` no text has a width, as in a container without fonts; with none at all Chromium crashes.
 */
export async function launchBrowser({ fonts = 'npm' }: BrowserOptions = {}): Promise<Browser> {
  const own = process.env.CHROMIUM;
  const env = { ...process.env, FONTCONFIG_FILE: await unpackFonts(fonts) };
  if (own !== undefined && own !== '') return chromium.launch({ executablePath: own, args, env });
  const { executablePath, libraries } = await unpackChromium();
  try {
    return await chromium.launch({
      executablePath,
      args,
      env: { ...env, LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') },
    });
  } catch (cause) {
    throw new Error(explain(executablePath, libraries), { cause });
  }
}

/** No sandbox, because tests often run as root in a container; no GPU; sound without a device, and only after a tap. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--mute-audio',
  '--autoplay-policy=document-user-activation-required',
  '--font-render-hinting=none',
];

const debianPackages: Record<string, string> = {
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libnspr4.so': 'libnspr4',
  'libexpat.so.1': 'libexpat1',
  'libgcc_s.so.1': 'libgcc-s1',
  'libm.so.6': 'libc6',
};

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

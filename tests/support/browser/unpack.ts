import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { decompress } from 'wawoff2';

/** npm scripts and jest both run in the project's root; the packages export no path of their own to ask for. */
const modules = path.join(process.cwd(), 'node_modules');
const cache = path.join(modules, '.cache', 'websocket-order');
const chromiumPackage = '@sparticuz/chromium';

/** Chromium's own archive brings Open Sans for Latin letters; these bring Chinese, emoji and the symbols on buttons. */
const fontPackages = [
  '@fontsource-variable/noto-sans-sc',
  '@fontsource-variable/noto-emoji',
  '@fontsource/noto-sans-symbols-2',
];

/** The fonts that a browser of the tests sees: those that come with npm, or one whose letters have no width. */
export type Fonts = 'npm' | 'without-width';

/** What a browser of the tests is started with. */
export interface UnpackedBrowser {
  executablePath: string;
  /** The folder of nss, nspr and expat, for `LD_LIBRARY_PATH`. */
  libraries: string;
}

/** Unpacks the executable of `@sparticuz/chromium` and its libraries, once per version. */
export async function unpackChromium(): Promise<UnpackedBrowser> {
  const folder = await unpackOnce(`chromium-${versionOf(chromiumPackage)}`, async half => {
    await inflate('chromium.br', path.join(half, 'chromium'));
    chmodSync(path.join(half, 'chromium'), 0o755);
    await inflateFolder('al2023.tar.br', half);
  });
  return { executablePath: path.join(folder, 'chromium'), libraries: path.join(folder, 'lib') };
}

/**
 * Unpacks the fonts that come with npm, once per version, and writes a fontconfig file that knows these and no others.
 * Returns the file's path, for `FONTCONFIG_FILE`. So text is as wide on a machine without fonts as on one with many.
 */
export async function unpackFonts(fonts: Fonts): Promise<string> {
  const versions = [chromiumPackage, ...fontPackages].map(versionOf);
  const folder = await unpackOnce(`test-fonts-${versions.join('-')}`, async half => {
    await inflateFolder('fonts.tar.br', half);
    renameSync(path.join(half, 'fonts'), path.join(half, 'npm'));
    for (const name of fontPackages) await convertFonts(name, path.join(half, 'npm'));
    mkdirSync(path.join(half, 'without-width'));
    const letters = readFileSync(path.join(half, 'npm', 'Open_Sans', 'OpenSans-Regular.ttf'));
    writeFileSync(path.join(half, 'without-width', 'flat.ttf'), flatten(letters));
  });
  const file = path.join(folder, `${fonts}.conf`);
  // Whole or not at all, and by the folder's present name: the checkout may have been moved.
  writeFileSync(`${file}.${process.pid}`, fontconfig(folder, fonts));
  renameSync(`${file}.${process.pid}`, file);
  return file;
}

/** Chromium takes no compressed fonts from the system, and npm has hardly any others of this size. */
async function convertFonts(name: string, folder: string): Promise<void> {
  const packed = path.join(modules, name, 'files');
  for (const file of readdirSync(packed).filter(file => file.endsWith('.woff2')))
    writeFileSync(
      path.join(folder, file.replace(/woff2$/, 'ttf')),
      await decompress(readFileSync(path.join(packed, file))),
    );
}

/** A font whose every letter has the width 0: in its table `hmtx` (OpenType specification) stand the widths. */
function flatten(font: Buffer): Buffer {
  for (let entry = 12; entry < 12 + 16 * font.readUInt16BE(4); entry += 16) {
    const [offset, length] = [font.readUInt32BE(entry + 8), font.readUInt32BE(entry + 12)];
    if (font.toString('latin1', entry, entry + 4) === 'hmtx') font.fill(0, offset, offset + length);
  }
  return font;
}

function fontconfig(folder: string, fonts: Fonts): string {
  const alias = (generic: string) =>
    `<alias binding="same"><family>${generic}</family><prefer><family>Open Sans</family></prefer></alias>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${escapeXml(path.join(folder, fonts))}</dir>
  <cachedir>${escapeXml(path.join(folder, 'cache'))}</cachedir>
  ${['sans-serif', 'serif', 'monospace', 'system-ui'].map(alias).join('\n  ')}
</fontconfig>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/**
 * Several test workers may come here at the same time. So the folder is filled under another name and renamed when it
 * is complete.
 */
async function unpackOnce(name: string, fill: (half: string) => Promise<void>): Promise<string> {
  const folder = path.join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const half = mkdtempSync(path.join(cache, 'unpacking-'));
  await fill(half);
  try {
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else another worker was faster
  }
  return folder;
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(path.join(modules, name, 'package.json'), 'utf8')).version;
}

async function inflateFolder(archive: string, to: string): Promise<void> {
  const tar = path.join(to, archive.replace(/\.br$/, ''));
  await inflate(archive, tar);
  execFileSync('tar', ['xf', tar, '-C', to]);
  rmSync(tar);
}

async function inflate(archive: string, to: string): Promise<void> {
  const from = path.join(modules, chromiumPackage, 'bin', archive);
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

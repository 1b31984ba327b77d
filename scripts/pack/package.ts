import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { sqlText } from '../sql-text.ts';

/** How one package is made. */
export interface Recipe {
  /** Its name in package registries, and its folder below `dist/packages`. */
  name: string;
  /** Writes its files into an empty folder. */
  fill(folder: string): Promise<void>;
}

/** What package.json of a package says besides what all of them do. */
export interface Manifest {
  name: string;
  description: string;
  keywords?: string[];
  [field: string]: unknown;
}

/** Writes package.json, with the version, the licence and the Node.js of this project, the licence itself, and the README. */
export function writeManifest(folder: string, manifest: Manifest, readme: string): void {
  const { version, license, engines } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
  const { name, description, ...others } = manifest;
  const whole = { name, version, description, license, engines, ...others };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(whole, undefined, 2)}\n`);
  copyFileSync('LICENSE', path.join(folder, 'LICENSE'));
  copyFileSync(readme, path.join(folder, 'README.md'));
}

/**
 * Bundles entries into files of the folder, by their names there, each with everything that it uses, so that a package needs
 * no other. A file in `bin` gets the first line of a command.
 */
export async function bundle(
  folder: string,
  entries: Readonly<Record<string, string>>,
  options: BuildOptions = {},
): Promise<void> {
  for (const [file, source] of Object.entries(entries)) {
    const outfile = path.join(folder, file);
    mkdirSync(path.dirname(outfile), { recursive: true });
    const isCommand = file.startsWith('bin/');
    await build({
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: file.endsWith('.mjs') ? 'esm' : 'cjs',
      external: ['pg-native', 'supports-color', '@aws-sdk/client-lambda'],
      plugins: [sqlText],
      legalComments: 'eof',
      logLevel: 'warning',
      ...(isCommand ? { banner: { js: '#!/usr/bin/env node' } } : {}),
      ...options,
      entryPoints: [source],
      outfile,
    });
    if (isCommand) chmodSync(outfile, 0o755);
  }
}

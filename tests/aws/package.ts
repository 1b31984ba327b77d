import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A resource of a template. */
export interface Resource {
  Type: string;
  DependsOn?: string | string[];
  Properties?: Record<string, unknown>;
}

/** What `sls package` makes. */
export interface Packaged {
  template: { Resources: Record<string, Resource>; Outputs: Record<string, unknown> };
  /** The template as text. */
  text: string;
  /** Names of the archives, one per function. */
  archives: string[];
}

/** Runs `sls package -c serverless.aws.yml` as on a machine that has no credentials, with nothing else in the environment. */
export async function packageOnAws(environment: Record<string, string> = {}): Promise<Packaged> {
  const directory = mkdtempSync(path.join(tmpdir(), 'websocket-order-package-'));
  try {
    await promisify(execFile)(
      process.execPath,
      ['node_modules/serverless/bin/serverless.js', 'package', '-c', 'serverless.aws.yml', '--package', directory],
      { env: { PATH: process.env.PATH, HOME: directory, ...environment } },
    );
    const text = readFileSync(path.join(directory, 'cloudformation-template-update-stack.json'), 'utf8');
    const archives = readdirSync(directory).filter(file => file.endsWith('.zip'));
    return { template: JSON.parse(text), text, archives };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

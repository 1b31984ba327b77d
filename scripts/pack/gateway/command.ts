import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../../gateway-command/run.ts';

// The command of the package: its name, version and home page stand in the package.json beside the folder it is in.
const manifest = JSON.parse(readFileSync(path.join(__dirname, '../package.json'), 'utf8')) as Record<string, string>;
const { name = '', version = '', homepage } = manifest;
void runCommand(
  { name: `npx ${name}`, version, homepage, schema: `./node_modules/${name}/schema.json` },
  process.argv.slice(2),
);

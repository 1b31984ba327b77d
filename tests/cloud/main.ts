// Starts the stand-in for trying a deployment by hand: prints the environment that the `sls` command needs, as lines for
// a shell, and runs until it is ended.
// usage: node scripts/run.mjs tests/cloud/main.ts [port [port of object storage]]
import { startCloud } from './cloud.ts';

const [port = '0', cosPort = '0'] = process.argv.slice(2);
const cloud = await startCloud({ port: Number(port), cosPort: Number(cosPort) });
for (const [name, value] of Object.entries(cloud.env)) console.log(`export ${name}='${value}'`);

async function end(): Promise<void> {
  await cloud.close();
  process.exit();
}
process.once('SIGINT', end);
process.once('SIGTERM', end);

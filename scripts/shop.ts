import { runShop } from './shop-command/run.ts';

// `npm run shop -- list`: makes and changes shops from a terminal; --help lists what it can.
process.exitCode = await runShop(process.argv.slice(2), process.env, {
  say: text => void process.stdout.write(text),
  complain: text => void process.stderr.write(text),
});

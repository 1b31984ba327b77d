// Runs commands of `sls` one after another in one process, because starting one costs more than what it then does: most of
// what osls loads is for another cloud. Each command finds the arguments, environment, folder and modules of a new process,
// but for packages that keep nothing between commands, and has ended when nothing is left to do, as a process has.
// It is told { args, environment, directory } by its parent, and marks the end with the status on both outputs.
const path = require('node:path');

const executable = path.resolve('node_modules/serverless/bin/serverless.js');
/** Packages that take long to load and keep nothing that a command could find. */
const kept = /\/node_modules\/(@aws-sdk|@smithy|undici|ajv|tencentcloud-sdk-nodejs|cos-nodejs-sdk-v5|psl)\//;
let isRunning = false;

process.on('message', ({ args, environment, directory }) => {
  isRunning = true;
  process.channel.unref();
  process.argv.splice(1, process.argv.length, executable, ...args);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  process.chdir(directory);
  for (const name of Object.keys(require.cache)) if (!kept.test(name)) delete require.cache[name];
  delete EvalError.$serverlessCommandStartTime;
  require(executable);
});
process.on('beforeExit', () => {
  if (!isRunning) return;
  isRunning = false;
  const end = `\0${process.exitCode ?? 0}\0`;
  process.exitCode = undefined;
  forgetListeners();
  process.channel.ref();
  process.stdout.write(end);
  process.stderr.write(end);
});
process.on('disconnect', () => process.exit());
const own = process.eventNames().flatMap(name => process.listeners(name));

function forgetListeners() {
  for (const name of process.eventNames())
    for (const listener of process.rawListeners(name))
      if (!own.includes(listener)) process.removeListener(name, listener);
}

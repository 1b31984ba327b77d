// Runs in a process of its own: loads one event function and calls it, one event after another.
// usage: fork(runner.cjs, [folder, handler])
const path = require('node:path');

const [folder, handler] = process.argv.slice(2);
const at = handler.lastIndexOf('.');

// Through the channel, so that what is written stays in order with the answers.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, done) => {
    process.send({ log: String(chunk) });
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  };
}

let call;
let problem;
try {
  const loaded = require(path.join(folder, handler.slice(0, at)));
  call = loaded[handler.slice(at + 1)];
  if (typeof call !== 'function') problem = { status: 437, message: `handler ${handler} not found` };
} catch (error) {
  const isAbsent =
    error.code === 'MODULE_NOT_FOUND' && String(error.message).includes(path.join(folder, handler.slice(0, at)));
  problem = isAbsent
    ? { status: 437, message: `handler ${handler} not found` }
    : { status: 443, message: String(error?.stack ?? error) };
}
process.send({ ready: true });

process.on('message', async ({ id, event, context, timeoutMs }) => {
  const end = Date.now() + timeoutMs;
  const whole = { ...context, getRemainingTimeInMillis: () => Math.max(0, end - Date.now()) };
  try {
    if (problem !== undefined) return finish(id, problem.status, problem.message);
    const answer = await new Promise((resolve, reject) => {
      const callback = (error, value) => (error ? reject(error) : resolve(value));
      const returned = call(event, whole, callback);
      if (call.length < 3 || returned !== undefined) resolve(returned);
    });
    const text = JSON.stringify(answer) ?? 'null';
    if (Buffer.byteLength(text) > 6 * 1024 * 1024)
      return finish(id, 407, 'The size of response exceeds the upper limit (6MB)');
    process.send({ id, status: 200, answer: text, memory: process.memoryUsage().rss });
  } catch (error) {
    finish(id, 430, String(error?.stack ?? error));
  }
});
process.on('disconnect', () => process.exit());
// As there: what nobody caught ends the call and the container.
process.on('uncaughtException', error => {
  process.send({ uncaught: String(error?.stack ?? error) }, () => process.exit(1));
});

function finish(id, status, message) {
  process.send({ id, status, message, memory: process.memoryUsage().rss });
}

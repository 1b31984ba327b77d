import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { watchDescriptors } from '../../apigateway/server/descriptors.ts';
import { until } from '../support/until.ts';

const root = path.resolve(__dirname, '../..');

/** A gateway of its own whose process may open few descriptors, and what it has logged. */
async function startPoorGateway(descriptors: number) {
  const child = spawn(
    'sh',
    ['-c', `ulimit -n ${descriptors}; exec node scripts/run.mjs tests/support/apigateway/poor-gateway.ts`],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said = { out: '', log: '' };
  child.stdout.on('data', data => (said.out += data));
  child.stderr.on('data', data => (said.log += data));
  await until(() => said.out.includes('\n'));
  return { child, said, port: Number(said.out) };
}

test('11.9 descriptors that are used up are said in the log, and the gateway goes on when there are some again', async () => {
  const { child, said, port } = await startPoorGateway(80);
  const sockets: Socket[] = [];
  try {
    for (let count = 0; count < 80; count++) {
      sockets.push(connect(port, '127.0.0.1').on('error', () => undefined));
    }
    await until(() => said.log.includes('"file descriptors used up"'));
    expect(said.log).toContain('"EMFILE"');
    expect(said.log).toContain('ulimit -n');
    for (const socket of sockets) socket.destroy();
    await until(() => said.log.includes('"file descriptors are free again"'));
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect(said.log.match(/used up/g)).toHaveLength(1);
  } finally {
    for (const socket of sockets) socket.destroy();
    child.kill();
  }
}, 60_000);

test('11.9 accepting that fails with a word is said, and does not end the process', () => {
  const notes: unknown[] = [];
  const server = createServer();
  const watch = watchDescriptors([server], (level, event, fields) => notes.push([level, event, fields?.code]));
  for (const code of ['EMFILE', 'EMFILE', 'ECONNABORTED'])
    server.emit('error', Object.assign(new Error('accept'), { code }));
  watch.stop();
  expect(notes).toEqual([
    ['error', 'file descriptors used up', 'EMFILE'],
    ['error', 'accepting a connection failed', 'ECONNABORTED'],
  ]);
});

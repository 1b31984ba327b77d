import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../support/apigateway/client.ts';
import { startRecordingGateway } from '../support/apigateway/recording-gateway.ts';

/** More than sockets and the gateway hold. */
const FRAMES = 2_000;

test('a client faster than transport is left unread for as long as transport takes', async () => {
  const world = await startRecordingGateway({
    transport: () => new Promise(() => {}),
    gateway: { shutdownSeconds: 1 },
  });
  try {
    const client = await connect(world.socketUrl);
    let taken = 0;
    // One frame after another, each when the system has taken the one before.
    const sendNext = () => {
      if (taken === FRAMES || client.socket.readyState !== client.socket.OPEN) return;
      client.socket.send('x'.repeat(16_000), error => {
        if (error instanceof Error) return;
        taken++;
        sendNext();
      });
    };
    sendNext();
    // As much as the kernel takes is taken; then nothing moves any more.
    let before = -1;
    for (let still = 0; still < 10 && taken < FRAMES; ) {
      await sleep(50);
      still = taken === before ? still + 1 : 0;
      before = taken;
    }
    expect(taken).toBeLessThan(FRAMES);
    client.socket.terminate();
  } finally {
    await world.gateway.close();
  }
});

import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../apigateway/client.ts';
import { startWorld } from '../apigateway/world.ts';

test('a client faster than transport is left unread for as long as transport takes', async () => {
  const world = await startWorld({ transport: () => new Promise(() => {}), gateway: { shutdownSeconds: 1 } });
  try {
    const client = await connect(world.socketUrl);
    for (let sent = 0; sent < 2_000; sent++) client.socket.send('x'.repeat(16_000));
    // As much as the kernel takes is taken; then nothing moves any more.
    let before = -1;
    for (let still = 0; still < 5 && before !== 0; ) {
      await sleep(100);
      const waiting = client.socket.bufferedAmount;
      still = waiting === before ? still + 1 : 0;
      before = waiting;
    }
    expect(before).toBeGreaterThan(8_000_000);
    client.socket.terminate();
  } finally {
    await world.gateway.close();
  }
});

import type { Page } from 'playwright-core';
import { eventually, expectAccessible, pageSession } from '../../support/browser/page-session.ts';
import { fakeAudio, inAudio } from './fake-audio.ts';
import { live } from './hands.ts';

// A link that is dead, and nobody has told the page: it has to find out, say so and come back.

const session = pageSession();

/** A screen whose link can be frozen in both directions, and whose clock goes when it is told to. */
async function screenOnALink(): Promise<{ page: Page; freeze(isFrozen: boolean): void }> {
  const page = await session.screen();
  await fakeAudio(page, { startsRunning: true });
  let isFrozen = false;
  await page.routeWebSocket(/\/pgws/, socket => {
    const server = socket.connectToServer();
    // What is frozen is lost for good on this connection; the next one is made anew.
    let isDead = isFrozen;
    const passes = () => {
      isDead ||= isFrozen;
      return !isDead;
    };
    socket.onMessage(message => passes() && server.send(message));
    server.onMessage(message => passes() && socket.send(message));
  });
  // Before the page is loaded: timers that it has set already would go on by the real clock.
  await page.clock.install();
  await page.reload();
  await live(page);
  return {
    page,
    freeze(frozen) {
      isFrozen = frozen;
    },
  };
}

test.each([
  ['before the gateway has shown that it is alive', false],
  ['after it', true],
])('9.3 F53: a shop screen whose link freezes %s says so within 40 s, in a strip and by a tone', async (_, hasShown) => {
  const { page, freeze } = await screenOnALink();
  if (hasShown) {
    const { settings } = session.server().shop();
    session.server().sendToShops({ type: 'alive', everySeconds: 15 });
    session.server().sendToShops({ type: 'shop', shop: { ...settings, name: 'Heard', version: settings.version + 1 } });
    await page.getByText('Heard').first().waitFor();
  }
  expect(await page.getByTestId('silent').count()).toBe(0);
  const before = await inAudio(page, world => world.heard);
  freeze(true);
  await page.clock.runFor(41_000);
  await page.getByTestId('silent').getByText('Nothing heard from the server since').waitFor();
  await eventually(async () => (await inAudio(page, world => world.heard)) > before, true);
  const strip = await page.getByTestId('silent').boundingBox();
  expect(strip?.width).toBeGreaterThan(0.9 * (page.viewportSize()?.width ?? 0));
  await expectAccessible(page);

  freeze(false);
  session.server().place();
  await page.getByTestId('reconnect-silent').click();
  await page.getByTestId('ticket-1').waitFor();
  await eventually(() => page.getByTestId('silent').count(), 0);
});

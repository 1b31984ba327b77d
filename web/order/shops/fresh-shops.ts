import { browserSurroundings, onVisibility } from '../../connection/browser.ts';
import { type Connection, connect } from '../../connection/connect.ts';
import {
  newVisitorStream,
  type VisitorEffect,
  type VisitorInput,
  type VisitorStream,
  visitorMachine,
} from '../../connection/visitor-stream.ts';
import { whenUntouched } from '../../shared/touch.ts';
import { readShops, updateShop } from './shops.ts';

let connection: Connection<VisitorStream, VisitorInput> | undefined;

/** How often the menu is read again while the visitor's stream is not connected. */
const READ_AGAIN_MS = 60_000;

/**
 * Keeps a shop (or all shops, when `undefined`) up to date while the page shows it: by the visitor's stream, and by
 * reading again while the stream is refused or lost. Returns a function that ends this.
 */
export function keepShopsFresh(
  addresses: { webSocket: string; getShopInfo: string },
  shop: string | undefined,
): () => void {
  if (shop !== undefined) watch(addresses, shop);
  const timer = setInterval(() => {
    const isTold = shop !== undefined && connection?.state().link.phase === 'live';
    if (!isTold && document.visibilityState === 'visible') void readShops(addresses.getShopInfo, shop);
  }, READ_AGAIN_MS);
  const stopLooking = onVisibility(isVisible => connection?.put({ type: isVisible ? 'show' : 'hide' }));
  return () => {
    clearInterval(timer);
    stopLooking();
    connection?.put({ type: 'leave' });
  };
}

function watch({ webSocket, getShopInfo }: { webSocket: string; getShopInfo: string }, shop: string): void {
  connection ??= connect<VisitorStream, VisitorInput, VisitorEffect>(
    visitorMachine,
    newVisitorStream(),
    browserSurroundings(webSocket),
    {
      onEffect(effect) {
        if (effect.type !== 'shop') return;
        void whenUntouched(() => {
          // A menu too large for a frame has to be fetched.
          if (!updateShop(effect.shop)) void readShops(getShopInfo, effect.shop.id);
        });
      },
    },
  );
  connection.put({ type: 'watch', shop });
}

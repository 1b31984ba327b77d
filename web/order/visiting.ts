import { browserSurroundings, onVisibility } from '../connection/browser.ts';
import { type Connection, connect } from '../connection/connect.ts';
import {
  newVisitorStream,
  reduceVisitorStream,
  type VisitorEffect,
  type VisitorInput,
  type VisitorStream,
  visitorStreamDueAt,
} from '../connection/visitor-stream.ts';
import { whenUntouched } from '../shared/touch.ts';
import { learnShop, readShops } from './shops.ts';

let connection: Connection<VisitorStream, VisitorInput> | undefined;

/** How long a page reads the menu again that is not told of changes. */
const READ_AGAIN_MS = 60_000;

/**
 * Keeps what is known of a shop (of all shops when there is none) up to date while the page shows it: by the visitor's
 * stream, and by reading again where that is refused or lost. Gives the function that ends this.
 */
export function visit(addresses: { webSocket: string; getShopInfo: string }, shop: string | undefined): () => void {
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
    { reduce: reduceVisitorStream, dueAt: visitorStreamDueAt },
    newVisitorStream(),
    browserSurroundings(webSocket),
    {
      onEffect(effect) {
        if (effect.type !== 'shop') return;
        void whenUntouched(() => {
          // A menu too large for a frame has to be fetched.
          if (!learnShop(effect.shop)) void readShops(getShopInfo, effect.shop.id);
        });
      },
    },
  );
  connection.put({ type: 'watch', shop });
}

import type { ShopStream } from '../../connection/shop/state.ts';
import { isOnline } from '../../shared/online.tsx';

/** Whether a new order would reach this screen now. If not, the page must not say that there are none. */
export function isReceivingOrders({ link }: ShopStream): boolean {
  return isOnline.value && link.liveSince !== undefined && link.offlineSince === undefined;
}

import type { ComponentChildren } from 'preact';
import { areAddressesLate } from './addresses.ts';
import { say } from './language.ts';
import { Notice } from './notice.tsx';
import { isOnline } from './online.tsx';

/**
 * Says that the page waits for its addresses, once it is clear that they are late. The children say what that means
 * here.
 */
export function LateAddresses({ children }: { children?: ComponentChildren }) {
  if (!areAddressesLate.value) return null;
  return (
    <Notice tone="warn" urgent testid="late-addresses">
      <p>
        <strong>{say(['页面还没有加载完整', 'This page is not complete yet'])}</strong>
      </p>
      <p>
        {isOnline.value
          ? say([
              '还不知道店铺的地址，所以暂时什么都不会发出。页面会自动重试。',
              'It does not know yet where the shop can be reached, so nothing is sent. It keeps trying by itself.',
            ])
          : say(['现在没有网络，连上后会自动继续。', 'You are offline. It goes on by itself once there is a network.'])}
      </p>
      {children}
    </Notice>
  );
}

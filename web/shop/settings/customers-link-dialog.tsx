import type { ShopSettings } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { canShare, ShareButton } from '../../shared/share-button.tsx';
import { printPoster } from '../print/print.ts';
import { QrCode } from '../print/qr-code.tsx';
import { texts } from '../texts.ts';

/** The link under which customers order: to be scanned, copied, handed on, and printed for the door or the counter. */
export function CustomersLinkDialog({ shop, onClose }: { shop: ShopSettings; onClose: () => void }) {
  const url = customersLink(shop.id, location.href);
  const link = { title: shop.name, note: say(texts.copyByHand), url };
  return (
    <Dialog title={say(texts.customersLink)} testid="customers-link-dialog" onClose={onClose}>
      <p>{say(texts.customersLinkHint)}</p>
      <QrCode text={url} name={say(texts.qrCode)} />
      <p class="link-text" dir="ltr" data-testid="customers-link-text">
        {url}
      </p>
      {isOnThisDeviceOnly(url) && (
        <p class="banner banner-warn" data-testid="local-link">
          {say(texts.localLink)}
        </p>
      )}
      <ShareButton label={say(texts.copyLink)} copies {...link} />
      {canShare() && <ShareButton label={say(texts.shareLink)} {...link} />}
      <button
        type="button"
        class="button"
        data-testid="print-poster"
        onClick={() => printPoster({ shop: shop.name, url })}
      >
        {say(texts.printPoster)}
      </button>
    </Dialog>
  );
}

/** `order.html` beside the page at `pageUrl`, at this shop's menu. */
function customersLink(shop: string, pageUrl: string): string {
  const url = new URL('order.html', pageUrl);
  url.hash = String(new URLSearchParams({ shop }));
  return url.href;
}

function isOnThisDeviceOnly(url: string): boolean {
  return /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
}

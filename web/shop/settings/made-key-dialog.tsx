import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { canShare, ShareButton } from '../../shared/share-button.tsx';
import { QrCode } from '../print/qr-code.tsx';
import { texts } from '../texts.ts';
import { keysTexts } from './keys-texts.ts';

/** A key that has just been made: here, and never again. */
export function MadeKeyDialog({
  shop,
  name,
  secret,
  onClose,
}: {
  shop: string;
  name: string;
  secret: string;
  onClose: () => void;
}) {
  const title = say(keysTexts.madeTitle, { name });
  const url = screenLink(shop, secret);
  const link = { title, note: say(texts.copyByHand), url };
  return (
    <Dialog title={title} testid="made-key-dialog" onClose={onClose}>
      <p class="banner banner-warn">{say(keysTexts.once)}</p>
      <QrCode text={url} name={say(keysTexts.qrCode)} />
      <dl class="stack">
        <dt>{say(keysTexts.link)}</dt>
        <dd class="link-text" dir="ltr" data-testid="made-link">
          {url}
        </dd>
        <dt>{say(keysTexts.key)}</dt>
        <dd class="link-text" dir="ltr" data-testid="made-key">
          {secret}
        </dd>
      </dl>
      <ShareButton label={say(texts.copyLink)} copies {...link} />
      {canShare() && <ShareButton label={say(texts.shareLink)} {...link} />}
      <button type="button" class="button" data-testid="made-done" onClick={onClose}>
        {say(keysTexts.done)}
      </button>
    </Dialog>
  );
}

/** This page, opened with the key; it is behind the `#`, so that no server reads it. */
function screenLink(shop: string, key: string): string {
  const url = new URL('shop.html', location.href);
  url.hash = String(new URLSearchParams({ shop, key }));
  return url.href;
}

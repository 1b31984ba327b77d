import { useSignal } from '@preact/signals';
import { Dialog } from './dialog.tsx';
import { say, type Text } from './language.ts';
import { Message, showMessage } from './message.tsx';

const copied: Text = ['链接已复制', 'The link is copied'];

/** Whether this device has a way of its own to hand something on. */
export function canShare(): boolean {
  return typeof navigator.share === 'function';
}

/**
 * Hands on an address: by what the device has for that, else by copying, else as text to be copied by hand. `copies`:
 * by copying first. Without an address, which may be still to come, the button does nothing.
 */
export function ShareButton({
  label,
  title,
  note,
  url,
  copies = false,
}: {
  label: string;
  title: string;
  note: string;
  url: string | undefined;
  copies?: boolean;
}) {
  const byHand = useSignal(false);
  const copy = async (url: string) => {
    try {
      await navigator.clipboard.writeText(url); // missing on pages that come over plain http from another machine
      showMessage(url, say(copied));
    } catch {
      byHand.value = true;
    }
  };
  const share = async () => {
    if (url === undefined) return;
    if (copies || !canShare()) return copy(url);
    try {
      await navigator.share({ title, url });
    } catch (error) {
      const isPutOff = error instanceof DOMException && error.name === 'AbortError';
      if (!isPutOff) await copy(url);
    }
  };
  return (
    <div class="stack share">
      <button
        type="button"
        class="button wide"
        disabled={url === undefined}
        data-testid={copies ? 'copy' : 'share'}
        onClick={() => void share()}
      >
        {label}
      </button>
      <Message about={url ?? ''} />
      {byHand.value && (
        <Dialog title={label} testid="share-dialog" onClose={() => (byHand.value = false)}>
          <p>{note}</p>
          <textarea class="input" readOnly rows={4} aria-label={label} value={url} onFocus={selectAll} />
        </Dialog>
      )}
    </div>
  );
}

function selectAll({ currentTarget }: { currentTarget: HTMLTextAreaElement }): void {
  currentTarget.select();
}

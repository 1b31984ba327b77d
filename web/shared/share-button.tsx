import { useSignal } from '@preact/signals';
import { Dialog } from './dialog.tsx';
import { say, type Text } from './language.ts';
import { toast } from './toast.tsx';

const copied: Text = ['链接已复制。', 'The link is copied. '];

/** Hands on an address: by what the device has for that, else by copying, else as text to be copied by hand. */
export function ShareButton({ label, title, note, url }: { label: string; title: string; note: string; url: string }) {
  const byHand = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url); // missing on pages that come over plain http from another machine
      toast(`${say(copied)}${note}`);
    } catch {
      byHand.value = true;
    }
  };
  const share = async () => {
    if (typeof navigator.share !== 'function') return copy();
    try {
      await navigator.share({ title, url });
    } catch (error) {
      const isPutOff = error instanceof DOMException && error.name === 'AbortError';
      if (!isPutOff) await copy();
    }
  };
  return (
    <>
      <button type="button" class="button" data-testid="share" onClick={() => void share()}>
        {label}
      </button>
      {byHand.value && (
        <Dialog title={label} testid="share-dialog" onClose={() => (byHand.value = false)}>
          <p>{note}</p>
          <textarea class="input" readOnly rows={4} aria-label={label} value={url} onFocus={selectAll} />
        </Dialog>
      )}
    </>
  );
}

function selectAll({ currentTarget }: { currentTarget: HTMLTextAreaElement }): void {
  currentTarget.select();
}

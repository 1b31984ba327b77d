import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { say, type Text } from './language.ts';
import { dialogsOpen, Toasts } from './toast.tsx';

const words = {
  close: ['关闭', 'Close'],
  leaveSure: ['放弃刚才填写的内容？', 'Drop what you have typed?'],
  stay: ['继续填写', 'Go on typing'],
  drop: ['放弃', 'Drop it'],
} as const satisfies Record<string, Text>;

/**
 * A modal dialog, open while it is rendered. Without `onClose` it cannot be closed by hand. `late`: it appears after a
 * moment, for waits that are mostly shorter. `unsaved`: closing would drop typed text, so that it asks first.
 */
export function Dialog({
  title,
  testid,
  late = false,
  unsaved = false,
  onClose,
  children,
}: {
  title: string;
  testid: string;
  late?: boolean;
  unsaved?: boolean;
  onClose?: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const isAsking = useSignal(false);
  const level = useModal(dialog);
  const leave = () => {
    if (unsaved) isAsking.value = true;
    else onClose?.();
  };
  return (
    <dialog
      ref={dialog}
      class={late ? 'dialog dialog-late' : 'dialog'}
      aria-labelledby={titleId}
      data-testid={testid}
      onCancel={event => {
        if (event.target !== event.currentTarget) return; // of a dialog within
        event.preventDefault();
        leave();
      }}
      onClose={({ target, currentTarget }) => {
        // A browser closes at the second Escape without asking; as long as it is rendered, it is open.
        if (target !== currentTarget || currentTarget.open || !currentTarget.isConnected) return;
        show(currentTarget);
        leave();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <div class="message-place">
            <h2 id={titleId} tabIndex={-1}>
              {title}
            </h2>
            <Toasts level={level} />
          </div>
          {onClose && (
            <button type="button" class="icon-button" aria-label={say(words.close)} data-testid="close" onClick={leave}>
              ✕
            </button>
          )}
        </div>
        {children}
      </div>
      {isAsking.value && (
        <Dialog title={say(words.leaveSure)} testid="unsaved-dialog" onClose={() => (isAsking.value = false)}>
          <button
            type="button"
            class="button primary"
            data-testid="unsaved-stay"
            onClick={() => (isAsking.value = false)}
          >
            {say(words.stay)}
          </button>
          <button type="button" class="button bad-outline" data-testid="unsaved-drop" onClick={() => onClose?.()}>
            {say(words.drop)}
          </button>
        </Dialog>
      )}
    </dialog>
  );
}

/** Opens the dialog above everything else, and restores the focus afterwards. Returns its level, and its element. */
function useModal(dialog: { current: HTMLDialogElement | null }): number {
  const level = useSignal(-1);
  // At once: when one dialog opens another, the first gives the focus back before, and not after, the second takes it.
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const shown = dialog.current;
    if (shown !== null) show(shown);
    dialogsOpen.value += 1;
    level.value = dialogsOpen.value;
    return () => {
      dialogsOpen.value -= 1;
      // Taken away while open, a dialog gives the focus back to nobody; and as long as it is open, nothing below takes it.
      shown?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return level.value;
}

/**
 * Shows it with the focus in the first field of its form, or of a text that is there to be copied; otherwise at its
 * title. Left to itself a browser takes the first button, the ✕, and the next Enter closes what one has just opened.
 */
function show(dialog: HTMLDialogElement): void {
  dialog.showModal();
  const start = dialog.querySelector<HTMLElement>('form .input, textarea.input') ?? dialog.querySelector('h2');
  start?.focus({ preventScroll: true });
}

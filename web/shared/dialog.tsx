import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { say } from './language.ts';
import { dialogsOpen, Toasts } from './toast.tsx';

/**
 * A modal dialog while it is rendered. Without `onClose` it stays until the page takes it away. `late`: it is seen only
 * after a moment, because mostly it will be gone by then.
 */
export function Dialog({
  title,
  testid,
  late = false,
  onClose,
  children,
}: {
  title: string;
  testid: string;
  late?: boolean;
  onClose?: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const level = useSignal(-1);
  // At once: when one dialog opens another, the first gives the focus back before, and not after, the second takes it.
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    dialogsOpen.value += 1;
    level.value = dialogsOpen.value;
    return () => {
      dialogsOpen.value -= 1;
      // Taken away while open, a dialog gives the focus back to nobody; and as long as it is open, nothing below takes it.
      shown?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={late ? 'dialog dialog-late' : 'dialog'}
      aria-labelledby={titleId}
      data-testid={testid}
      onCancel={event => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          {onClose && (
            <button type="button" class="icon-button" aria-label={say(['关闭', 'Close'])} onClick={onClose}>
              ✕
            </button>
          )}
        </div>
        {children}
      </div>
      <Toasts level={level.value} />
    </dialog>
  );
}

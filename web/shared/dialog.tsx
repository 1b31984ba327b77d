import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { say } from './language.ts';

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
  // At once: when one dialog opens another, the first gives the focus back before, and not after, the second takes it.
  useLayoutEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // Taken away while open, a dialog gives the focus back to nobody.
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
    </dialog>
  );
}

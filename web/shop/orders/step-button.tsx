/**
 * The button for a step of an order. It uses `aria-disabled`, because a disabled button loses the keyboard's focus.
 */
export function StepButton({
  label,
  testid,
  isBusy,
  isMain,
  onClick,
}: {
  label: string;
  testid: string;
  isBusy: boolean;
  isMain: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      class={isMain ? 'button good' : 'button'}
      aria-disabled={isBusy}
      aria-busy={isBusy && isMain}
      data-testid={testid}
      onClick={() => isBusy || onClick()}
    >
      {label}
    </button>
  );
}

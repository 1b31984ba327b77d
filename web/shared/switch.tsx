/** An on/off switch with its label. `busy` while the answer is on its way; it can still be tapped. */
export function Switch({
  label,
  on,
  busy = false,
  testid,
  onChange,
}: {
  label: string;
  on: boolean;
  busy?: boolean;
  testid?: string;
  onChange: (on: boolean) => void;
}) {
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={on}
      aria-busy={busy}
      data-testid={testid}
      onClick={() => onChange(!on)}
    >
      <span class="switch-label">{label}</span>
      <span class="switch-track" aria-hidden="true" />
    </button>
  );
}

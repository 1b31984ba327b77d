import { say } from './language.ts';

/**
 * How many of something: minus, number, plus. The plus stays where it is; minus and number appear with the first one.
 */
export function Stepper({
  name,
  testid,
  quantity,
  canAdd = true,
  least = 0,
  isAnnounced = true,
  onMore,
  onLess,
}: {
  name: string;
  /** Ends the test ids: `more-`, `less-`, `quantity-`. */
  testid: string;
  quantity: number;
  canAdd?: boolean;
  /** What it cannot go below. */
  least?: number;
  /** Whether screen readers read a changed number out: once is enough where it is shown twice. */
  isAnnounced?: boolean;
  onMore: () => void;
  onLess: () => void;
}) {
  return (
    <div class="stepper">
      {quantity > 0 && (
        <>
          <button
            type="button"
            class="button round"
            aria-label={say(['减一份 {name}', 'Remove one {name}'], { name })}
            data-testid={`less-${testid}`}
            disabled={quantity <= least}
            onClick={onLess}
          >
            <span aria-hidden="true">−</span>
          </button>
          <span
            class="number quantity"
            aria-live={isAnnounced ? 'polite' : undefined}
            data-testid={`quantity-${testid}`}
          >
            {quantity}
          </span>
        </>
      )}
      <button
        type="button"
        class="button round primary"
        disabled={!canAdd}
        aria-label={say(['加一份 {name}', 'Add one {name}'], { name })}
        data-testid={`more-${testid}`}
        onClick={onMore}
      >
        <span aria-hidden="true">+</span>
      </button>
    </div>
  );
}

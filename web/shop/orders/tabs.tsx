import { signal } from '@preact/signals';
import { say } from '../../shared/language.ts';
import { texts } from '../texts.ts';
import { columns, ordersByStatus } from './columns.ts';
import { Count } from './count.tsx';
import { lanes } from './lane-count.ts';
import { areColumnsTabs, type ColumnStatus } from './lanes.ts';

/** Which column is looked at where only one has room. */
export const shownTab = signal<ColumnStatus>('placed');

/** Where only one column has room: which one is looked at, with how many orders are in each. */
export function Tabs() {
  const byStatus = ordersByStatus.value;
  if (!areColumnsTabs(lanes.value)) return null;
  return (
    <nav class="tabs" aria-label={say(texts.title)}>
      {columns.map(({ status, title }) => (
        <button
          key={status}
          type="button"
          class="tab"
          aria-current={shownTab.value === status}
          data-testid={`tab-${status}`}
          onClick={() => {
            shownTab.value = status;
          }}
        >
          <span>{say(title)}</span> <Count of={byStatus[status].length} isLoud={status === 'placed'} />
        </button>
      ))}
    </nav>
  );
}

import { signal } from '@preact/signals';
import { Chip } from './chip.tsx';
import { say } from './language.ts';

/** Whether the device believes that it has a network. It may be wrong when it says yes, hardly when it says no. */
export const isOnline = signal(navigator.onLine);

for (const type of ['online', 'offline'])
  addEventListener(type, () => {
    isOnline.value = navigator.onLine;
  });

/** Says that there is no network. Its place is kept while there is one. */
export function OfflineChip() {
  return (
    <span class="offline-place" role="status" data-testid="offline">
      {!isOnline.value && <Chip tone="bad">{say(['没有网络', 'Offline'])}</Chip>}
    </span>
  );
}

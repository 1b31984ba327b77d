import { isMuted, waitingCount } from './bell.ts';
import { isSoundAllowed } from './sound.ts';

/** A frame around the whole window while orders wait and no bell can be heard: it is seen from across the room. */
export function SilentAlarm() {
  if (waitingCount.value === 0 || isSoundAllowed.value || isMuted.value) return null;
  return <div class="silent-alarm" aria-hidden="true" data-testid="silent-alarm" />;
}

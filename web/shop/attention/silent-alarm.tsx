import { isCalling, isMuted } from './bell.ts';
import { isSoundAllowed } from './sound.ts';

/** A frame around the whole window while the bell has to ring and none can be heard: it is seen from across the room. */
export function SilentAlarm() {
  if (!isCalling.value || isSoundAllowed.value || isMuted.value) return null;
  return <div class="silent-alarm" aria-hidden="true" data-testid="silent-alarm" />;
}

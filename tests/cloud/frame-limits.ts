/** Documented limits of one WebSocket connection of a web function (583/106651). */
export const webSocketLimits = {
  framesPerSecond: 10,
  bytesPerSecond: 128 * 1024,
  packetBytes: 256 * 1024,
} as const;

/** How much more than a second's worth may come at once: what clocks and networks bunch together. */
const TOLERANCE = 1.1;

/** Counts the frames of one direction of one connection; says what limit a frame breaks. */
export type FrameMeter = (bytes: number, nowMs: number) => 'packet' | 'frames' | 'bytes' | undefined;

/** Makes a meter: two buckets that hold a second's worth. A frame may empty one, the next finds it empty. */
export function createFrameMeter(
  { framesPerSecond, bytesPerSecond, packetBytes } = { ...webSocketLimits },
): FrameMeter {
  let frames = framesPerSecond * TOLERANCE;
  let bytesLeft = bytesPerSecond * TOLERANCE;
  let atMs: number | undefined;
  return (bytes, nowMs) => {
    const seconds = (nowMs - (atMs ?? nowMs)) / 1000;
    atMs = nowMs;
    frames = Math.min(framesPerSecond * TOLERANCE, frames + seconds * framesPerSecond) - 1;
    const hadBytes = Math.min(bytesPerSecond * TOLERANCE, bytesLeft + seconds * bytesPerSecond);
    bytesLeft = hadBytes - bytes;
    if (bytes > packetBytes) return 'packet';
    if (frames < 0) return 'frames';
    return hadBytes <= 0 ? 'bytes' : undefined;
  };
}

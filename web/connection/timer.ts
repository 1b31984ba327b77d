/** `startTimer` of `Surroundings`, with the timers that browsers and Node have. */
export function startTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

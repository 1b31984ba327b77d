/** Keeps the screen on while the page is in view, where the browser can. */
export function keepScreenOn(): void {
  if (!('wakeLock' in navigator)) return;
  const hold = () => {
    // Refused when the battery is low; then the device's own settings decide.
    if (document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => {});
  };
  hold();
  document.addEventListener('visibilitychange', hold); // a hidden page loses it
}

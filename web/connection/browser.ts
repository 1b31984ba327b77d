import type { Surroundings } from './connect.ts';
import { pageClock } from './steady-clock.ts';
import { startTimer } from './timer.ts';

/** The world of a page. */
export function browserSurroundings(webSocketUrl: string): Surroundings {
  return {
    openSocket: () => new WebSocket(webSocketUrl),
    now: pageClock.now,
    random: Math.random,
    startTimer,
    onWake,
  };
}

/** Tells whether somebody can see the page, now and whenever that changes; gives the function that ends this. */
export function onVisibility(callback: (isVisible: boolean) => void): () => void {
  const tell = () => callback(document.visibilityState === 'visible');
  window.addEventListener('pageshow', tell);
  document.addEventListener('visibilitychange', tell);
  tell();
  return () => {
    window.removeEventListener('pageshow', tell);
    document.removeEventListener('visibilitychange', tell);
  };
}

/** Calls back when the page goes out of sight or away. A page that is closed may be told of either alone. */
export function onHide(callback: () => void): void {
  addEventListener('pagehide', callback);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') callback();
  });
}

/** Calls back whenever the network or the tab comes back; gives the function that ends this. */
export function onWake(callback: () => void): () => void {
  const whenVisible = () => {
    if (document.visibilityState === 'visible') callback();
  };
  window.addEventListener('online', callback);
  window.addEventListener('pageshow', whenVisible);
  document.addEventListener('visibilitychange', whenVisible);
  return () => {
    window.removeEventListener('online', callback);
    window.removeEventListener('pageshow', whenVisible);
    document.removeEventListener('visibilitychange', whenVisible);
  };
}

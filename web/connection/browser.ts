import type { Surroundings } from './connect.ts';

/** The world of a page. `Date.now`, because `performance.now` stands still while some devices sleep. */
export function browserSurroundings(webSocketUrl: string): Surroundings {
  return {
    openSocket: () => new WebSocket(webSocketUrl),
    now: Date.now,
    random: Math.random,
    startTimer(callback, ms) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    onWake,
  };
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

import type { Surroundings } from './connect.ts';
import { startTimer } from './timer.ts';

/** The world of a page. `Date.now`, because `performance.now` stands still while some devices sleep. */
export function browserSurroundings(webSocketUrl: string): Surroundings {
  return {
    openSocket: () => new WebSocket(webSocketUrl),
    now: Date.now,
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

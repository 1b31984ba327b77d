/** The tab that holds a lock posts a sign of life this often. */
const SIGN_EVERY_MS = 1_000;
/** After this silence a waiting tab takes the holder for frozen; a visible tab is quicker than a hidden one. */
const SILENCE_MS = { visible: 3_500, hidden: 12_000 } as const;

/**
 * Runs `work` in one tab of this device at a time: the tab that holds the Web Lock `name`. Resolves when the work was
 * done in this tab or `over` was aborted. A browser may freeze the tab that holds the lock, which would then keep it
 * for ever. So the holder releases it when the browser announces the freeze, and otherwise another tab steals it after
 * a silence. `work` stops when its signal is aborted, and may be called again. With `followsTouch`, a tab that is
 * touched or brought to the front steals the lock. Without locks (plain http from another machine) every tab does the
 * work: twice is better than not at all.
 */
export async function inOneTab(
  name: string,
  over: AbortSignal,
  work: (stop: AbortSignal) => Promise<void>,
  followsTouch = false,
): Promise<void> {
  if (navigator.locks === undefined) return work(over);
  let isDone = false;
  while (!isDone && !over.aborted) {
    const turn = new AbortController();
    const end = () => turn.abort();
    over.addEventListener('abort', end);
    addEventListener('pagehide', end);
    document.addEventListener('freeze', end);
    try {
      const doWork = async (stop: AbortSignal) => {
        await work(stop);
        isDone = !stop.aborted;
      };
      await takeTurn(name, turn.signal, doWork, followsTouch);
    } catch (error) {
      if (!isAbort(error)) return work(over); // the browser refuses locks here
    } finally {
      over.removeEventListener('abort', end);
      removeEventListener('pagehide', end);
      document.removeEventListener('freeze', end);
    }
    if (turn.signal.aborted && !over.aborted) await untilBack(over);
  }
}

/**
 * Waits for the lock or steals it from a silent holder, then works until the work is done, stopped, or the lock is
 * stolen.
 */
async function takeTurn(
  name: string,
  stop: AbortSignal,
  work: (stop: AbortSignal) => Promise<void>,
  followsTouch: boolean,
): Promise<void> {
  const waiting = new AbortController();
  const channel = new BroadcastChannel(`order.${name}`);
  const giveUp = () => waiting.abort();
  stop.addEventListener('abort', giveUp);
  const lost = new AbortController();
  let isHeld = false;
  const hold = async () => {
    isHeld = true;
    await workWithSigns(channel, stop, work, lost.signal);
  };
  const stopWatching = watchForSilence(channel, giveUp);
  const stopFollowing = followsTouch ? onTouch(giveUp) : () => {};
  try {
    await navigator.locks.request(name, { signal: waiting.signal }, hold).catch(error => {
      // Nobody else aborts it while it waits; a lock that was held here was taken away.
      if (isHeld || stop.aborted || !isAbort(error)) throw error;
      return navigator.locks.request(name, { steal: true }, hold);
    });
  } finally {
    lost.abort();
    stopWatching();
    stopFollowing();
    channel.close();
    stop.removeEventListener('abort', giveUp);
  }
}

async function workWithSigns(
  channel: BroadcastChannel,
  stop: AbortSignal,
  work: (stop: AbortSignal) => Promise<void>,
  lost: AbortSignal,
): Promise<void> {
  const either = new AbortController();
  const end = () => either.abort();
  for (const signal of [stop, lost]) signal.addEventListener('abort', end);
  const sign = () => channel.postMessage('held');
  sign();
  const timer = setInterval(sign, SIGN_EVERY_MS);
  lost.addEventListener('abort', () => clearInterval(timer));
  try {
    await work(either.signal);
  } finally {
    clearInterval(timer);
  }
}

/** Calls `onSilence` when the holder has given no sign of life for too long. Returns a function that stops this. */
function watchForSilence(channel: BroadcastChannel, onSilence: () => void): () => void {
  let heardAt = performance.now();
  channel.onmessage = () => {
    heardAt = performance.now();
  };
  const timer = setInterval(() => {
    const patience = SILENCE_MS[document.visibilityState === 'visible' ? 'visible' : 'hidden'];
    if (performance.now() - heardAt >= patience) onSilence();
  }, SIGN_EVERY_MS / 2);
  return () => clearInterval(timer);
}

/** Calls back when this tab is touched or brought to the front. Returns a function that stops this. */
function onTouch(callback: () => void): () => void {
  const over = new AbortController();
  const { signal } = over;
  for (const type of ['click', 'keydown', 'focus', 'pageshow']) addEventListener(type, callback, { signal });
  const whenVisible = () => document.visibilityState === 'visible' && callback();
  document.addEventListener('visibilitychange', whenVisible, { signal });
  return () => over.abort();
}

/** Resolves when a frozen tab resumes, the page returns from the back-forward cache, or `over` is aborted. */
function untilBack(over: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  return new Promise<void>(resolve => {
    const back = () => {
      waiting.abort();
      resolve();
    };
    over.addEventListener('abort', back, { signal });
    for (const type of ['pageshow', 'focus']) addEventListener(type, back, { signal });
    for (const type of ['resume', 'visibilitychange']) document.addEventListener(type, back, { signal });
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

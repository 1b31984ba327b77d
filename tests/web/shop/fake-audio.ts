import type { Page } from 'playwright-core';

/** What the browser, or the system under it, does with the sound of a page. */
export interface AudioWorld {
  /** Contexts that were made and not closed. */
  contexts: FakeContext[];
  /** Strokes that somebody in the room has heard. */
  heard: number;
  /** Whether a new context runs at once, as where a page is trusted. */
  startsRunning: boolean;
  /** What `resume()` comes to. */
  resume: 'works' | 'never settles' | 'rejects';
  /** `new AudioContext()` throws. */
  refuses: boolean;
}

interface FakeContext extends EventTarget {
  state: string;
  /** Says that it runs, and its clock stands still: the device has gone. */
  isDead: boolean;
  onstatechange: (() => void) | null;
  become(state: string): void;
}

/** Puts an AudioContext in place that obeys `world`, and lets the bell strike ten times as often; loads the page anew. */
export async function fakeAudio(page: Page, world: Partial<AudioWorld> = {}): Promise<void> {
  await page.context().addInitScript(install, world);
  await page.reload();
}

/** Changes the world of sound in a page, and reads from it. */
export function inAudio<T>(page: Page, act: (world: AudioWorld) => T): Promise<T> {
  return page.evaluate(`(${String(act)})(globalThis.audioWorld)`) as Promise<T>;
}

function install(given: Partial<AudioWorld>): void {
  const world: AudioWorld = {
    contexts: [],
    heard: 0,
    startsRunning: false,
    resume: 'works',
    refuses: false,
    ...given,
  };
  class Fake extends EventTarget implements FakeContext {
    state = world.startsRunning ? 'running' : 'suspended';
    isDead = false;
    onstatechange: (() => void) | null = null;
    destination = {};
    constructor() {
      super();
      if (world.refuses) throw new DOMException('no device', 'NotSupportedError');
      world.contexts.push(this);
    }
    get currentTime(): number {
      return this.state === 'running' && !this.isDead ? performance.now() / 1000 : 1;
    }
    become(state: string): void {
      this.state = state;
      setTimeout(() => this.onstatechange?.());
    }
    async resume(): Promise<void> {
      if (world.resume === 'never settles') await new Promise(() => {});
      if (world.resume === 'rejects' || this.state === 'closed') throw new DOMException('no', 'InvalidStateError');
      this.become('running');
    }
    async close(): Promise<void> {
      world.contexts = world.contexts.filter(one => one !== this);
      this.become('closed');
    }
    createOscillator() {
      if (this.state === 'running' && !this.isDead) world.heard += 1;
      const node = { frequency: {}, connect: () => node, start: () => {}, stop: () => {} };
      return node;
    }
    createGain() {
      const gain = { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} };
      const node = { gain, connect: () => node };
      return node;
    }
  }
  Object.assign(globalThis, { audioWorld: world, AudioContext: Fake });
  // The bell strikes every three seconds, and no test needs to wait for so long.
  const real = globalThis.setInterval;
  const fast = (act: () => void, ms = 0) => real(act, ms >= 3_000 ? ms / 10 : ms);
  globalThis.setInterval = fast as typeof setInterval;
}

import type { ServerFrame, ShopSettings } from '../../../functions/domain/frames.ts';
import { newShopStream, type ShopEffect, type ShopInput, type ShopStream } from '../../../web/connection/shop/state.ts';
import { reduceShopStream, shopStreamDueAt } from '../../../web/connection/shop/stream.ts';

const shop = { id: 'shop1', name: 'Shop', currency: 'CNY', timeZone: 'Asia/Shanghai', version: 1 } as ShopSettings;
const alive: ServerFrame = { type: 'alive', everySeconds: 15 };
const pong: ServerFrame = { type: 'pong', epoch: 'e', head: 0 };

/** A screen that is connected, on a clock that the test moves; `wait` gives the types of what the stream wanted done. */
function screen() {
  let state: ShopStream = newShopStream({ shop: 'shop1', token: 'key', device: 'device' });
  let now = 1_000;
  const put = (input: ShopInput): ShopEffect[] => {
    const outcome = reduceShopStream(state, input, { now, random: 0.5 });
    state = outcome.state;
    return outcome.effects;
  };
  const done = (effects: ShopEffect[]) => effects.map(each => (each.type === 'send' ? each.frame.type : each.type));
  const get = (frame: ServerFrame) => done(put({ type: 'frame', frame }));
  function greet() {
    put({ type: 'opened' });
    get({ type: 'welcome', role: 'shop', epoch: 'e', head: 0, resumed: false, pingSeconds: 240, shop });
    get({ type: 'snapshot', epoch: 'e', head: 0, index: 0, orders: [], more: false, lastId: 'id' });
  }
  put({ type: 'connect' });
  greet();
  return {
    state: () => state,
    put: (input: ShopInput) => done(put(input)),
    get,
    greet,
    wait(ms: number): string[] {
      const end = now + ms;
      const all: string[] = [];
      for (let due = shopStreamDueAt(state); due !== undefined && due <= end; due = shopStreamDueAt(state)) {
        now = Math.max(now, due);
        all.push(...done(put({ type: 'tick' })));
      }
      now = end;
      return all;
    },
    /** Time passes while nothing of the page runs. */
    sleep(ms: number): string[] {
      now += ms;
      return done(put({ type: 'tick' }));
    },
  };
}

describe('9.3 F53: behind a gateway that shows that the link is alive', () => {
  test('a screen that has heard nothing for 40 s says so and connects anew', () => {
    const client = screen();
    client.get(alive);
    expect(client.wait(39_999)).toEqual([]);
    expect(client.state().isSilent).toBe(false);
    expect(client.wait(1)).toEqual(['close']);
    expect(client.state()).toMatchObject({ isSilent: true, link: { phase: 'waiting' } });
    expect(client.wait(1_000)).toEqual(['connect']);
    expect(client.state().isSilent).toBe(true);
    client.greet();
    expect(client.state()).toMatchObject({ isSilent: false, link: { phase: 'live' } });
  });

  test('and one whose link died before that was shown says so as soon', () => {
    const client = screen();
    expect(client.wait(30_000)).toEqual(['ping']);
    expect(client.wait(10_000)).toContain('close');
    expect(client.state().isSilent).toBe(true);
  });

  test('any frame counts, and the page asks for nothing but its lease', () => {
    const client = screen();
    for (let second = 0; second < 225; second += 15) {
      client.get(second % 2 ? alive : { type: 'shop', shop });
      expect(client.wait(15_000)).toEqual([]);
    }
    expect(client.wait(15_000)).toEqual(['ping']);
    expect(client.state().isSilent).toBe(false);
  });

  test('a tab that has slept asks first, and is given ten seconds', () => {
    const client = screen();
    client.get(alive);
    expect(client.sleep(600_000)).toContain('ping');
    expect(client.state()).toMatchObject({ isSilent: false, link: { phase: 'live' } });
    client.get(pong);
    client.get(alive);
    expect(client.wait(39_999)).toEqual([]);
    expect(client.sleep(600_000)).toContain('ping');
    expect(client.wait(10_000)).toContain('close');
    expect(client.state().isSilent).toBe(true);
  });

  test('waking up is no silence, however often', () => {
    const client = screen();
    client.get(alive);
    client.sleep(0);
    for (let time = 0; time < 5; time++) {
      expect(client.put({ type: 'wake' })).toContain('ping');
      expect(client.get(pong)).toEqual([]);
      client.wait(39_000);
      expect(client.state().isSilent).toBe(false);
    }
  });
});

describe('9.3: behind a gateway that does not show it', () => {
  test('the page asks after half a minute and then every minute while somebody looks, and gives up after ten seconds', () => {
    const client = screen();
    expect(client.wait(29_999)).toEqual([]);
    expect(client.wait(1)).toEqual(['ping']);
    client.get(pong);
    expect(client.wait(59_999)).toEqual([]);
    expect(client.wait(1)).toEqual(['ping']);
    client.get(pong);
    expect(client.wait(60_000)).toEqual(['ping']);
    expect(client.wait(10_000)).toEqual(['ping', 'close']);
    expect(client.state().isSilent).toBe(true);
  });

  test('and as rarely as the lease allows while nobody does', () => {
    const client = screen();
    client.put({ type: 'hide' });
    expect(client.wait(239_999)).toEqual([]);
    expect(client.wait(1)).toEqual(['ping']);
    client.get(pong);
    client.put({ type: 'show' });
    expect(client.wait(60_000)).toEqual(['ping']);
  });
});

test('9.3: a screen that cannot connect for 40 s says so, and no longer once it is stopped by the server', () => {
  const client = screen();
  client.put({ type: 'closed' });
  client.wait(39_000);
  expect(client.state().isSilent).toBe(false);
  client.wait(1_000);
  expect(client.state().isSilent).toBe(true);
});

import { randomUUID } from 'node:crypto';
import type { ClaimedCursor, Touched, TouchedScreen } from '../../functions/domain/ports.ts';
import { type DatabasePorts, newShop, openPorts, place, untilSomebodyWaits, upTo } from '../support/postgres/ports.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

/** A shop with five events and one screen, which has been given a snapshot. */
async function aScreen() {
  const shop = await newShop(world);
  const ids: string[] = [];
  for (const _ of upTo(5)) ids.push((await place(world, shop)).event?.id ?? '');
  const id = await another(shop);
  const { epoch } = await world.streams.openOrders(shop);
  return { shop, id, epoch, idAt: (seq: number) => ids[seq - 1] };
}

async function another(shop: string): Promise<string> {
  const id = randomUUID();
  await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId: `${shop}.1` });
  await world.subscriptions.startSnapshot(id, (await world.streams.openOrders(shop)).epoch);
  return id;
}

async function claim(id: string, cursor: Partial<ClaimedCursor> & { after: number }): Promise<TouchedScreen> {
  return screen(await world.subscriptions.touch(id, { epoch: undefined, lastId: undefined, ...cursor }));
}

function screen(touched: Touched): TouchedScreen {
  if (touched.state !== 'shop') throw new Error(`the connection is ${touched.state}`);
  return touched;
}

async function acked(id: string): Promise<number | null> {
  const { rows } = await world.pool.query<{ seq: string | null }>(
    'select acked_seq as seq from connections where id = $1',
    [id],
  );
  const seq = rows[0]?.seq ?? null;
  return seq === null ? null : Number(seq);
}

describe('a frame that says where a screen is', () => {
  it('is answered with where the log is', async () => {
    const { shop, id, epoch } = await aScreen();
    const expected = {
      state: 'shop',
      shop,
      role: 'manager',
      epoch,
      head: 5,
      shopVersion: 1,
      autoAccept: false,
      pageSeq: undefined,
    };
    expect(await world.subscriptions.touch(id, undefined)).toEqual({
      ...expected,
      cursor: 'none',
      ackedFrom: undefined,
    });
    expect(await claim(id, { after: 3 })).toEqual({ ...expected, cursor: 'kept', ackedFrom: 0 });
  });

  const claims: [
    string,
    (its: Awaited<ReturnType<typeof aScreen>>) => Partial<ClaimedCursor> & { after: number },
    string,
  ][] = [
    ['the head', ({ epoch, idAt }) => ({ epoch, after: 5, lastId: idAt(5) }), 'kept'],
    ['the head, without the id of its event', ({ epoch }) => ({ epoch, after: 5 }), 'kept'],
    ['the middle', ({ epoch, idAt }) => ({ epoch, after: 2, lastId: idAt(2) }), 'kept'],
    ['the beginning', ({ epoch }) => ({ epoch, after: 0 }), 'kept'],
    ['an ack, without an epoch', () => ({ after: 4 }), 'kept'],
    ['another epoch', ({ idAt }) => ({ epoch: randomUUID(), after: 5, lastId: idAt(5) }), 'lost'],
    ['another epoch, at the beginning', () => ({ epoch: randomUUID(), after: 0 }), 'lost'],
    ['another epoch, above the head', () => ({ epoch: randomUUID(), after: 6 }), 'lost'],
    ['another event there', ({ epoch, idAt }) => ({ epoch, after: 3, lastId: idAt(4) }), 'lost'],
    ['an event that is nowhere', ({ epoch }) => ({ epoch, after: 3, lastId: randomUUID() }), 'lost'],
    ['one above the head', ({ epoch }) => ({ epoch, after: 6 }), 'beyond'],
    ['far above the head', ({ epoch }) => ({ epoch, after: Number.MAX_SAFE_INTEGER }), 'beyond'],
    ['an ack above the head', () => ({ after: 6 }), 'beyond'],
  ];

  it.each(claims)('%s', async (_, cursorOf, outcome) => {
    const its = await aScreen();
    const cursor = cursorOf(its);
    expect((await claim(its.id, cursor)).cursor).toBe(outcome);
    expect(await acked(its.id)).toBe(outcome === 'kept' ? cursor.after : null);
  });

  it('counts only within its own log: another shop’s event is none there', async () => {
    const [mine, other] = [await aScreen(), await aScreen()];
    expect((await claim(mine.id, { epoch: mine.epoch, after: 3, lastId: other.idAt(3) ?? '' })).cursor).toBe('lost');
    expect((await claim(mine.id, { epoch: other.epoch, after: 3 })).cursor).toBe('lost');
  });

  it('below the cut of the log is lost, at the beginning too, and above it kept', async () => {
    const { shop, id, epoch } = await aScreen();
    await world.pool.query('delete from events where shop = $1 and seq <= 2', [shop]);
    await world.pool.query('update streams set min_seq = 3 where shop = $1', [shop]);
    const cursors = [];
    for (const after of [0, 1, 2, 3, 5]) cursors.push((await claim(id, { epoch, after })).cursor);
    expect(cursors).toEqual(['lost', 'lost', 'lost', 'kept', 'kept']);
  });

  it('in an empty log is kept at 0 and beyond at 1', async () => {
    const shop = await newShop(world);
    const id = await another(shop);
    const { epoch } = await world.streams.openOrders(shop);
    expect((await claim(id, { epoch, after: 0 })).cursor).toBe('kept');
    expect((await claim(id, { epoch, after: 1 })).cursor).toBe('beyond');
  });
});

describe('an ack that runs backwards', () => {
  it('is ignored', async () => {
    const { id } = await aScreen();
    await claim(id, { after: 4 });
    for (const after of [3, 0, 4]) {
      expect(await claim(id, { after })).toMatchObject({ cursor: 'kept', ackedFrom: undefined });
      expect(await acked(id)).toBe(4);
    }
  });

  it('is ignored where the log has been cut, too', async () => {
    const { id, shop } = await aScreen();
    await claim(id, { after: 4 });
    await world.pool.query('delete from events where shop = $1 and seq <= 3', [shop]);
    await world.pool.query('update streams set min_seq = 4 where shop = $1', [shop]);
    expect((await claim(id, { after: 2 })).cursor).toBe('kept');
    expect(await acked(id)).toBe(4);
  });

  it('does not carry the connection over into a new epoch', async () => {
    const { id, epoch } = await aScreen();
    await claim(id, { after: 3 });
    await world.installation.newEpoch();
    await claim(id, { after: 2 });
    expect(await acked(id)).toBe(3);
    // What the screen holds is of the old epoch still: its next ack must not count for the new one.
    expect((await claim(id, { after: 5 })).cursor).toBe('lost');
    expect((await claim(id, { after: 5, epoch })).cursor).toBe('lost');
  });
});

describe('how far any device of a shop has got', () => {
  it('is told to the first that gets further, once', async () => {
    const { id, shop } = await aScreen();
    const second = await another(shop);
    expect((await claim(id, { after: 2 })).ackedFrom).toBe(0);
    expect((await claim(second, { after: 2 })).ackedFrom).toBeUndefined();
    expect((await claim(second, { after: 5 })).ackedFrom).toBe(2);
    expect((await claim(id, { after: 4 })).ackedFrom).toBeUndefined();
    expect((await claim(id, { after: 5 })).ackedFrom).toBeUndefined();
  });

  it('is not moved by a cursor that is lost or beyond', async () => {
    const { id, epoch } = await aScreen();
    await claim(id, { after: 6 });
    await claim(id, { epoch, after: 5, lastId: randomUUID() });
    expect((await claim(id, { after: 5 })).ackedFrom).toBe(0);
  });

  it('is what another device has left, though that came while the ack was waiting', async () => {
    const { id, shop } = await aScreen();
    const client = await world.pool.connect();
    try {
      await client.query('begin');
      await client.query('update shop_acks set seq = 3 where shop = $1', [shop]);
      const waiting = claim(id, { after: 5 });
      await untilSomebodyWaits(world.pool);
      await client.query('commit');
      expect((await waiting).ackedFrom).toBe(3);
    } finally {
      client.release();
    }
  });

  it('is shared out without gap or overlap when many devices ack at the same moment', async () => {
    const shop = await newShop(world);
    const devices = await Promise.all(upTo(12).map(() => another(shop)));
    for (const round of upTo(20)) {
      for (const _ of upTo(12)) await place(world, shop);
      const base = (round - 1) * 12;
      const acks = devices.map((id, index) => ({ id, after: base + index + 1 })).sort(() => Math.random() - 0.5);
      const answers = await Promise.all(
        acks.map(async ({ id, after }) => ({ after, ...(await claim(id, { after })) })),
      );
      const ranges = answers
        .filter(({ ackedFrom }) => ackedFrom !== undefined)
        .map(({ ackedFrom, after }) => [ackedFrom ?? 0, after] as const)
        .sort(([a], [b]) => a - b);
      // Each range begins where the one before it ends.
      expect([...ranges.map(([from]) => from), base + 12]).toEqual([base, ...ranges.map(([, to]) => to)]);
    }
  });
});

describe('the page that is out', () => {
  it('is turned by one ack alone', async () => {
    const { id } = await aScreen();
    await world.subscriptions.setPage(id, 3);
    expect(screen(await world.subscriptions.touch(id, undefined)).pageSeq).toBe(3);
    const turns = await Promise.all(upTo(10).map(() => world.subscriptions.turnPage(id, 3, 5)));
    expect(turns.filter(turned => turned)).toHaveLength(1);
    expect(await world.subscriptions.turnPage(id, 5, undefined)).toBe(true);
    expect(await world.subscriptions.turnPage(id, 5, undefined)).toBe(false);
    expect(screen(await world.subscriptions.touch(id, undefined)).pageSeq).toBeUndefined();
  });

  it('and all acknowledgement end with a snapshot', async () => {
    const { id, epoch } = await aScreen();
    await claim(id, { after: 5 });
    await world.subscriptions.setPage(id, 5);
    await world.subscriptions.startSnapshot(id, epoch);
    expect(screen(await world.subscriptions.touch(id, undefined)).pageSeq).toBeUndefined();
    expect(await acked(id)).toBeNull();
  });
});

import { randomUUID } from 'node:crypto';
import { closeConnectionsOf, postgresConnections } from '../../db/connections/postgres.ts';
import { postgresRoom } from '../../db/connections/postgres-room.ts';
import { earlier } from '../support/postgres/earlier.ts';
import { type DatabasePorts, newShop, openPorts, upTo } from '../support/postgres/ports.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

describe('what becomes of a connection', () => {
  type State = 'none' | 'young' | 'old' | 'closed';
  const moves = ['add', 'remove', 'prune', 'age', 'hello'] as const;
  type Move = (typeof moves)[number];

  /** What each move makes of each state: a tombstone stays, and nobody is forgotten while it may only be opening. */
  const after: Record<Move, (state: State) => State> = {
    add: state => (state === 'none' ? 'young' : state),
    hello: state => (state === 'none' ? 'young' : state),
    remove: () => 'closed',
    prune: state => (state === 'old' ? 'closed' : state),
    age: state => (state === 'young' ? 'old' : state),
  };

  it('is the same by every way of four steps', async () => {
    const shop = await newShop(world);
    const ways = upTo(4).reduce<Move[][]>(begun => begun.flatMap(way => moves.map(move => [...way, move])), [[]]);
    expect(ways).toHaveLength(625);
    for (const way of ways) {
      const id = randomUUID();
      let state: State = 'none';
      const answers: string[] = [];
      const expected: string[] = [];
      for (const move of way) {
        answers.push(`${move} ${await make(move, id, shop)}`);
        if (move === 'add') expected.push(`add ${state === 'closed' ? 'closed' : 'added'}`);
        else if (move === 'hello') expected.push(`hello ${state === 'closed' ? 'closed' : 'bound'}`);
        else expected.push(`${move} undefined`);
        state = after[move](state);
      }
      expect(answers).toEqual(expected);
      expect([way, await isClosed(id)]).toEqual([way, state === 'none' ? undefined : state === 'closed']);
      await world.connections.remove(id);
    }
  });

  async function make(move: Move, id: string, shop: string): Promise<string | undefined> {
    switch (move) {
      case 'add':
        return world.connections.add({ id, address: undefined });
      case 'hello':
        return (await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId: `${shop}.1` })).outcome;
      case 'remove':
        await world.connections.remove(id);
        return;
      case 'prune':
        await world.connections.prune(id);
        return;
      case 'age':
        await world.pool.query(`update connections set ${earlier('opened_at', "interval '6 seconds'")} where id = $1`, [
          id,
        ]);
    }
  }

  async function isClosed(id: string): Promise<boolean | undefined> {
    const { rows } = await world.pool.query<{ closed: boolean }>(
      "select state = 'closed' and closed_at is not null as closed from connections where id = $1",
      [id],
    );
    return rows[0]?.closed;
  }

  it('ends closed when adding, removing and saying hello meet', async () => {
    const shop = await newShop(world);
    for (const _ of upTo(30)) {
      const id = randomUUID();
      const [, , { outcome }] = await Promise.all([
        world.connections.add({ id, address: 'meeting' }),
        world.connections.remove(id),
        world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId: `${shop}.1` }),
      ]);
      expect(['bound', 'closed']).toContain(outcome);
      expect(await isClosed(id)).toBe(true);
    }
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
  });

  it('does not hang on its id: any text is one', async () => {
    for (const id of ['x'.repeat(2_000), "'; drop table connections; --", 'a b\n$1 \\ "', '连接']) {
      expect(await world.connections.add({ id, address: undefined })).toBe('added');
      await world.connections.remove(id);
      expect(await world.connections.add({ id, address: undefined })).toBe('closed');
    }
  });
});

test('11.9 all connections of an instance that ends are closed in one statement, and no other', async () => {
  const shop = await newShop(world);
  const ids = ['ending.a', 'ending.b', 'ending2.a', 'x.ending.a'];
  for (const id of ids) await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId: `${shop}.1` });
  const room = postgresRoom(world.database, { leaseSeconds: 600 });
  for (const id of ids) await room.add({ id, name: `member ${id}` });
  await closeConnectionsOf(world.database, 'ending');
  const members: string[] = [];
  for await (const page of room.list()) members.push(...page.map(({ id }) => id));
  expect(members.sort()).toEqual(['ending2.a', 'x.ending.a']);
  expect(await room.add({ id: 'ending.a', name: 'late' })).toBe('closed');
  expect((await world.subscriptions.screensOf(shop)).sort()).toEqual(['ending2.a', 'x.ending.a']);
});

describe('the connections of one address', () => {
  it('are counted while they are open and their lease lasts', async () => {
    const connections = postgresConnections(world.database, { perAddress: 3 });
    const address = randomUUID();
    const open = async () => {
      const id = randomUUID();
      return { id, outcome: await connections.add({ id, address }) };
    };
    const [first, second, third, fourth] = [await open(), await open(), await open(), await open()];
    expect([first, second, third, fourth].map(({ outcome }) => outcome)).toEqual([
      'added',
      'added',
      'added',
      'too_many',
    ]);
    expect(await connections.add({ id: first.id, address })).toBe('added');
    expect(await connections.add({ id: randomUUID(), address: 'another' })).toBe('added');
    expect(await connections.add({ id: randomUUID(), address: undefined })).toBe('added');
    await connections.remove(first.id);
    expect((await open()).outcome).toBe('added');
    expect((await open()).outcome).toBe('too_many');
    await world.pool.query("update connections set expires_at = now() - interval '1 second' where id = $1", [
      second.id,
    ]);
    expect((await open()).outcome).toBe('added');
    expect(await connections.add({ id: first.id, address })).toBe('closed');
  });

  it('pass the bound by no more than those who come at the same moment, and then nobody gets in', async () => {
    const connections = postgresConnections(world.database, { perAddress: 10 });
    const address = randomUUID();
    const open = () => connections.add({ id: randomUUID(), address });
    const outcomes = await Promise.all(upTo(60).map(open));
    const added = outcomes.filter(outcome => outcome === 'added').length;
    expect(added).toBeGreaterThanOrEqual(10);
    // The world's pool lets 16 come at the same moment.
    expect(added).toBeLessThan(10 + 16);
    expect(await open()).toBe('too_many');
  });
});

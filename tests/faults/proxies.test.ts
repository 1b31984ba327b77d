import { setTimeout as sleep } from 'node:timers/promises';
import { faultKinds, scheduleOf } from '../../scripts/soak/schedule.ts';
import { createLane, type Weather } from '../support/trial/lane.ts';
import { readStatements } from '../support/trial/statements.ts';

test('bytes keep their order when the weather changes, and none comes after one that has vanished', async () => {
  let weather: Weather = { kind: 'slow', ms: 30 };
  const arrived: string[] = [];
  const lane = createLane(
    chunk => arrived.push(chunk.toString()),
    () => weather,
  );
  lane.push(Buffer.from('1'));
  weather = { kind: 'pass' };
  lane.push(Buffer.from('2'));
  expect(arrived).toEqual([]);
  await sleep(60);
  lane.hold();
  lane.push(Buffer.from('3'));
  expect(arrived).toEqual(['1', '2']);
  lane.release();
  weather = { kind: 'half-open' };
  lane.push(Buffer.from('4'));
  weather = { kind: 'pass' };
  lane.push(Buffer.from('5'));
  expect(arrived).toEqual(['1', '2', '3']);
});

test('statements are known by their text when they are prepared under a name, also in pieces', () => {
  const read = readStatements();
  const bytes = Buffer.concat([
    Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]),
    message('P', 'name\0select place_order($1)\0\0\0'),
    message('B', '\0name\0\0\0\0\0\0\0'),
    message('Q', 'begin\0'),
    message('B', '\0name\0\0\0\0\0\0\0'),
  ]);
  const texts = [...bytes].flatMap(byte => read(Buffer.from([byte])));
  expect(texts).toEqual(['select place_order($1)', 'begin', 'select place_order($1)']);
  expect(readStatements()(bytes)).toEqual(texts);
});

test('the same seed gives the same faults, all kinds occur, and none meets another of its target', () => {
  const faults = scheduleOf(5, 10, 3);
  expect(scheduleOf(5, 10, 3)).toEqual(faults);
  expect(scheduleOf(6, 10, 3)).not.toEqual(faults);
  expect(new Set(faults.map(fault => fault.kind))).toEqual(new Set(faultKinds));
  for (const target of new Set(faults.map(fault => fault.target))) {
    const own = faults.filter(fault => fault.target === target);
    own.forEach((fault, index) => {
      expect(own[index + 1]?.atMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(fault.atMs + fault.forMs);
    });
  }
});

/** A message of PostgreSQL's protocol: type, length, body. */
function message(type: string, body: string): Buffer {
  const bytes = Buffer.from(`${type}....${body}`);
  bytes.writeUInt32BE(bytes.length - 1, 1);
  return bytes;
}

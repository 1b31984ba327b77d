import type { subjectOf as SubjectOf } from '../../functions/runtime/secrets.ts';

let subjectOf: typeof SubjectOf;
beforeAll(async () => {
  // Nothing connects before the first statement.
  Object.assign(process.env, {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    TOKEN_SECRET: 'a secret of a test that is long enough',
  });
  ({ subjectOf } = await import('../../functions/runtime/secrets.ts'));
});

test.each([
  ['203.0.113.7', ['203.0.113.7:41234', '::ffff:203.0.113.7', '[::ffff:cb00:7107]:80']],
  ['2001:db8:1:2::7', ['2001:DB8:1:2:0:0:0:7', '[2001:db8:1:2::7]:80', '2001:db8:1:2:ffff::9']],
])('9.7: functions count %s as one, whatever gateway names it', (address, others) => {
  for (const other of others) expect(subjectOf(other)).toBe(subjectOf(address));
  expect(subjectOf(address)).toMatch(/^[\w-]{22}$/);
});

test('9.7: functions tell apart what limits tell apart', () => {
  const counted = ['203.0.113.7', '203.0.113.8', '2001:db8:1:2::7', '2001:db8:1:3::7'].map(subjectOf);
  expect(new Set(counted).size).toBe(4);
});

test('9.7: callers whose address the platform does not know are counted as one, and no other, with a warning', () => {
  const warn = jest.spyOn(console, 'error').mockImplementation(() => {});
  const unknown = ['unknown', '_hidden', '', '-', undefined].map(subjectOf);
  expect(new Set(unknown).size).toBe(1);
  expect(unknown[0]).not.toBe(subjectOf('203.0.113.7'));
  expect(warn.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 'warn', event: 'security event', kind: 'address_unknown' }),
  ]);
});

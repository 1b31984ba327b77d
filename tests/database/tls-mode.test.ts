import pg from 'pg';
import { withTlsSpelledOut } from '../../db/tls-mode.ts';

const tlsOf = (connectionString: string) => (new pg.Client({ connectionString }) as pg.Client & { ssl: unknown }).ssl;

test.each([
  'prefer',
  'require',
  'verify-ca',
])('sslmode=%s is what pg makes of it, and pg warns of nothing', async mode => {
  const warnings: string[] = [];
  const note = ({ message }: Error) => void warnings.push(message);
  process.on('warning', note);
  for (const url of [`postgres://a:b@db/x?sslmode=${mode}`, `postgres://a:b@db/x?a=b&sslmode=${mode}&c=d`]) {
    expect(withTlsSpelledOut(url)).toBe(url.replace(mode, 'verify-full'));
    expect(tlsOf(withTlsSpelledOut(url))).toEqual({});
  }
  // Warnings come a turn later.
  await new Promise(resolve => setImmediate(resolve));
  process.off('warning', note);
  expect(warnings).toEqual([]);
});

test.each([
  'postgres://a:b@db/x',
  'postgres://a:sslmode=require@db/x',
  'postgres://a:b@db/x?sslmode=disable',
  'postgres://a:b@db/x?sslmode=no-verify',
  'postgres://a:b@db/x?sslmode=verify-full',
  'postgres://a:b@db/x?sslmode=required',
  'postgres://a:b@db/x?uselibpqcompat=true&sslmode=require',
  'postgres://a:b@db/x?sslmode=require&uselibpqcompat=true',
])('%s stays as it is', url => expect(withTlsSpelledOut(url)).toBe(url));

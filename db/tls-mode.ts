/**
 * The URL of a database with its `sslmode` spelled out. `pg` takes `prefer`, `require` and `verify-ca` for `verify-full`,
 * and warns about it in nine lines, because its next major version will take them for less. We want what it does now: a
 * server whose certificate is not checked is no server of ours. Who asks for `uselibpqcompat=true` gets libpq's meanings.
 */
export function withTlsSpelledOut(url: string): string {
  if (/[?&]uselibpqcompat=true(&|$)/.test(url)) return url;
  return url.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
}

/** `host:port/name` of a `DATABASE_URL`, without user and password. @throws Error, with what to write instead, when it is none */
export function addressOf(url: string): string {
  if (url.includes('#')) throw new Error('DATABASE_URL holds a raw #, which ends a URL: write it as %23');
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new Error(
      'DATABASE_URL is no URL as in postgres://user:password@host:5432/name: in a password, / ? @ % and spaces are written as %2F %3F %40 %25 %20',
    );
  const { hostname, port, pathname, searchParams } = new URL(url);
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || '5432'}${pathname}`;
}

const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'] as const;

/** Credentials that open nothing, in the environment for as long as a file's tests run: without any the SDK signs nothing. */
export function withCredentials(): void {
  const before = names.map(name => process.env[name]);
  beforeAll(() => {
    for (const name of names) process.env[name] = name === 'AWS_REGION' ? 'eu-central-1' : 'test';
  });
  afterAll(() => {
    names.forEach((name, index) => {
      const value = before[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    });
  });
}

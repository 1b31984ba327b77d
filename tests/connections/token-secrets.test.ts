import { orderToken } from '../../functions/domain/secret.ts';
import { tokenSecrets, tokenSecretsOfFunction } from '../../functions/runtime/environment.ts';

const [now, before] = ['n'.repeat(32), 'b'.repeat(32)];

test.each([
  ['TOKEN_SECRET', { TOKEN_SECRET: 'x' }],
  ['TOKEN_SECRET', { TOKEN_SECRET: 'x'.repeat(31) }],
  ['TOKEN_SECRET_BEFORE', { TOKEN_SECRET: now, TOKEN_SECRET_BEFORE: 'short' }],
])('13.9: a weak %s is refused, with a way to make a better one', (name, environment) => {
  const message = `the environment variable ${name} must have at least 32 bytes: openssl rand -hex 32 makes one`;
  expect(() => tokenSecrets(environment)).toThrow(message);
});

test('13.9: bytes count, not characters', () => {
  expect(tokenSecrets({ TOKEN_SECRET: '好'.repeat(11) })).toEqual(['好'.repeat(11)]);
});

test('13.9: a function that is tried out by itself, on a database of this machine, takes a short one', () => {
  const environment = { TOKEN_SECRET: 'short', DATABASE_URL: 'postgres://me@127.0.0.1:5432/orders' };
  expect(tokenSecretsOfFunction(environment)).toEqual(['short']);
  expect(() => tokenSecretsOfFunction({ ...environment, DATABASE_URL: 'postgres://me@db/orders' })).toThrow('32 bytes');
});

test('13.9: while the secret is changed, tokens of both count and new ones are of the new', async () => {
  Object.assign(process.env, { TOKEN_SECRET: now, TOKEN_SECRET_BEFORE: before });
  const { readToken, tokenOf } = await import('../../functions/runtime/secrets.ts');
  expect(tokenOf('shop', 'order')).toBe(orderToken(now, 'shop', 'order'));
  for (const secret of [now, before]) {
    expect(readToken('order', orderToken(secret, 'shop', 'order'))).toEqual({ shop: 'shop', isReadOnly: false });
  }
  expect(readToken('order', orderToken('another secret that is as long as these', 'shop', 'order'))).toBeUndefined();
  expect(readToken('another', orderToken(before, 'shop', 'order'))).toBeUndefined();
});

import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../support/postgres/database.ts';
import { startInstance } from './instance.ts';

// The tests' own role is a superuser. An address that is not this machine's loopback counts as another machine.
let own: TestDatabase;
const role = `run_${randomUUID().replaceAll('-', '')}`;

const urlOf = (changes: Partial<Pick<URL, 'hostname' | 'username' | 'password'>>) =>
  Object.assign(new URL(own.url), changes).href;

beforeAll(async () => {
  own = await createTestDatabase();
  const database = openDatabase({ url: own.url, poolSize: 1 });
  await postgresInstallation(database, urlOf({ username: role, password: 'password' })).migrate();
  await database.end();
});

afterAll(async () => {
  await own.drop();
  await onServer(`drop role ${role}`, 'postgres');
});

test('the gateway does not start as a superuser of another machine, and says what to do', async () => {
  const start = startInstance({ DATABASE_URL: urlOf({ hostname: '0.0.0.0' }) });
  await expect(start).rejects.toThrow(
    /ended with 1: .*DATABASE_URL \(0\.0\.0\.0:\d+\/\w+\): this role is a superuser.*RUNTIME_DATABASE_URL/s,
  );
});

test.each([
  ['where that is allowed', () => ({ DATABASE_URL: urlOf({ hostname: '0.0.0.0' }), DATABASE_SUPERUSER: 'allow' })],
  ['on this machine', () => ({ DATABASE_URL: own.url })],
])('%s it does, and tells whoever runs it', async (_, environment) => {
  const instance = await startInstance(environment());
  expect((await fetch(`${instance.url}/get_shop_info`)).status).toBe(200);
  const told = instance.lines.filter(line => line.includes('the database’s role may do everything'));
  expect(told).toHaveLength(1);
  expect(await instance.stop()).toBe(0);
});

test('with the role that init_db makes it starts, and has nothing to tell', async () => {
  const url = urlOf({ hostname: '0.0.0.0', username: role, password: 'password' });
  const instance = await startInstance({ DATABASE_URL: url });
  expect((await fetch(`${instance.url}/get_shop_info`)).status).toBe(200);
  expect(instance.lines.join('\n')).not.toContain('role');
  expect(await instance.stop()).toBe(0);
});

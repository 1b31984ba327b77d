import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import type { RoleRule } from '../../db/session.ts';
import { databaseRole } from '../../functions/runtime/environment.ts';
import { createTestDatabase, dropRole, type TestDatabase } from '../support/postgres/database.ts';
import { isOfPooler } from '../support/postgres/suite-pooler.ts';

// The tests' own role is a superuser.
let own: TestDatabase;
const role = `run_${randomUUID().replaceAll('-', '')}`;
const owner = `own_${randomUUID().replaceAll('-', '')}`;

const urlOf = (user: string) => {
  const url = new URL(own.url);
  url.username = user;
  url.password = 'password';
  return url.href;
};

beforeAll(async () => {
  own = await createTestDatabase();
  const database = openDatabase({ url: own.url, poolSize: 1 });
  await postgresInstallation(database, urlOf(role)).migrate();
  await database.end();
  await own.pool.query(`create role ${owner} with login password 'password'`);
  await own.pool.query(`alter table orders owner to ${owner}`);
});

afterAll(async () => {
  await own.drop();
  for (const each of [role, owner]) await dropRole(each);
});

/** What a connection with this role says at its start, twice, and the last words of what it was refused for. */
async function open(url: string, rule: RoleRule) {
  const events: string[] = [];
  const log = (entry: { event: string }) => isOfPooler(entry) || events.push(entry.event);
  const database = openDatabase({ url, poolSize: 2, role: rule, log });
  const ask = () =>
    database.query('select 1').then(
      () => 'answers',
      (error: Error) => `${error.name}: ${error.message}`,
    );
  const answers = await Promise.all([ask(), ask()]);
  await database.end();
  return { answer: answers[0], events };
}

test('a superuser is refused as the role of functions, with what to do', async () => {
  const { answer, events } = await open(own.url, 'least');
  expect(answer).toMatch(/^UnsafeDatabase: this role is a superuser.*RUNTIME_DATABASE_URL.*DATABASE_SUPERUSER=allow/);
  expect(answer).not.toContain('password');
  expect(events).toEqual([]);
});

test('where it is let be, whoever runs the gateway is told once', async () => {
  const { answer, events } = await open(own.url, 'told');
  expect([answer, events]).toEqual(['answers', ['the database’s role may do everything']]);
});

test.each(['told', 'least'] as const)('the owner of the tables is let be (%s), and told of', async rule => {
  const { answer, events } = await open(urlOf(owner), rule);
  expect([answer, events]).toEqual(['answers', ['the database’s role owns the tables']]);
});

test('the role that init_db makes is told of nowhere', async () => {
  for (const rule of ['told', 'least'] as const) {
    expect(await open(urlOf(role), rule)).toEqual({ answer: 'answers', events: [] });
  }
});

test('the owner’s own calls may have any role', async () => {
  expect(await open(own.url, 'owner')).toEqual({ answer: 'answers', events: [] });
});

test.each([
  ['postgres://a:b@db.example:5432/orders', undefined, 'least'],
  ['postgres://a:b@10.0.0.7:5432/orders', '', 'least'],
  ['postgres://a:b@db.example:5432/orders', 'allow', 'owner'],
  ['postgres://a:b@127.0.0.1:5432/orders', undefined, 'owner'],
  ['postgres://a:b@localhost:5432/orders', undefined, 'owner'],
])('for %s with DATABASE_SUPERUSER=%s the rule is %s', (url, allowed, rule) => {
  expect(databaseRole({ DATABASE_URL: url, DATABASE_SUPERUSER: allowed })).toBe(rule);
});

test('a wrong word is no permission', () => {
  const environment = { DATABASE_URL: 'postgres://a:b@db.example:5432/orders', DATABASE_SUPERUSER: 'yes' };
  expect(() => databaseRole(environment)).toThrow('DATABASE_SUPERUSER must be allow');
});

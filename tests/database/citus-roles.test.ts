import { randomUUID } from 'node:crypto';
import { postgresCommands } from '../../db/commands.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresReports } from '../../db/reports.ts';
import { OWNERS_FUNCTIONS, RIGHTS } from '../../db/roles.ts';
import { postgresShops } from '../../db/shops.ts';
import { postgresStreams } from '../../db/streams.ts';
import { citusUrl, onAllNodes } from '../support/postgres/citus.ts';
import { dropRole } from '../support/postgres/database.ts';
import { aRequest, type DatabasePorts, openPorts, placing } from '../support/postgres/ports.ts';
import { aShopScene } from '../support/postgres/scene.ts';

const onCitus = citusUrl() === undefined ? describe.skip : describe;

onCitus('the role of functions on Citus (skipped without CITUS_URL)', () => {
  let world: DatabasePorts;
  let runtime: Database;
  const role = `run_${randomUUID().replaceAll('-', '')}`;

  beforeAll(async () => {
    world = await openPorts();
    const url = new URL(world.url);
    [url.username, url.password] = [role, 'password'];
    await postgresInstallation(world.database, url.href).migrate();
    runtime = openDatabase({ url: url.href, poolSize: 4 });
  });
  afterAll(async () => {
    await runtime.end();
    await world.end();
    await dropRole(role);
  });

  test('has on every node the same rights, to a table and to each part of it', async () => {
    const answers = await onAllNodes(
      world.pool,
      `select json_object_agg(name, all_rights) from (
        select name, json_agg(distinct rights) as all_rights from (
          select regexp_replace(c.relname, '_\\d{6,}$', '') as name, array_to_string(array(
            select r from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) r
            where has_table_privilege('${role}', c.oid, r)
            union all
            select 'update ' || a.attname from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              and not has_table_privilege('${role}', c.oid, 'update')
              and has_column_privilege('${role}', c.oid, a.attnum, 'update')
            order by 1), ' ') as rights
          from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r') one
        where rights <> '' or name in (select unnest('{${Object.keys(RIGHTS)}}'::text[]))
        group by name) each`,
    );
    const spread = await world.pool.query<{ name: string }>('select table_name::text as name from citus_tables');
    const everywhere = new Set(spread.rows.map(({ name }) => name));
    const wanted = Object.entries(RIGHTS).map(([table, rights]): [string, string[]] => {
      const words = rights.flatMap(right =>
        typeof right === 'string' ? [right] : right.update.split(', ').map(column => `update ${column}`),
      );
      return [table, [words.sort().join(' ')]];
    });
    for (const answer of answers)
      expect(JSON.parse(answer)).toMatchObject(Object.fromEntries(wanted.filter(([table]) => everywhere.has(table))));
    // What is on the coordinator alone is there for nobody else.
    expect(answers.map(answer => JSON.parse(answer)).filter(({ chores }) => chores !== undefined)).toHaveLength(1);
  });

  test('may run on every node what it may run on the coordinator, and not what is the owner’s', async () => {
    const answers = await onAllNodes(
      world.pool,
      `select json_agg(replace(p.oid::regprocedure::text, ' ', '') order by 1) from pg_proc p
      where p.pronamespace = 'public'::regnamespace and not has_function_privilege('${role}', p.oid, 'execute')
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`,
    );
    const others = OWNERS_FUNCTIONS.map(name => name.replaceAll(' ', '')).sort();
    expect(answers.map(answer => JSON.parse(answer).sort())).toEqual(answers.map(() => others));
  });

  test('serves shops of every node', async () => {
    const [orders, commands] = [postgresOrders(runtime, undefined), postgresCommands(runtime)];
    for (let count = 0; count < 8; count++) {
      const { shop } = await aShopScene(world);
      const { orderId: order } = await orders.place(placing(aRequest(shop)));
      const { result } = await commands.run({
        ...{ scope: shop, id: randomUUID(), contentHash: Buffer.from('accept'), shop, byCustomer: false },
        operation: { op: 'accept', order, version: 1 },
      });
      expect(JSON.parse(result)).toMatchObject({ ok: true, order: { id: order, status: 'accepted' } });
      expect(await postgresShops(runtime).byId(shop)).toMatchObject({ shop: expect.stringContaining(shop) });
      expect(await postgresStreams(runtime).page(shop, 0, 9)).toHaveLength(2);
      expect(JSON.parse(await postgresReports(runtime).day(shop, undefined))).toMatchObject({ orders: 1 });
    }
    const { rows } = await world.pool.query(
      `select (select count(distinct nodename || nodeport) from citus_shards where table_name = 'shops'::regclass
          and shardid in (select get_shard_id_for_distribution_column('shops', id) from shops))
        = (select count(*) from pg_dist_node where shouldhaveshards) as "areOnAll"`,
    );
    expect(rows).toEqual([{ areOnAll: true }]);
  });
});

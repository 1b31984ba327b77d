import pg from 'pg';

/** The database of a coordinator of Citus, as a superuser, in which its nodes are registered; unset: a PostgreSQL of our own. */
export function citusUrl(): string | undefined {
  return process.env.CITUS_URL || undefined;
}

interface Node {
  host: string;
  port: number;
  isCoordinator: boolean;
  takesShards: boolean;
}

/** Makes a database on the same nodes: Citus spreads within one database, which every node has by the same name. */
export async function createOnCitus(server: string, name: string, how = 'template0'): Promise<string> {
  for (const node of await nodesOf(server)) await run(at(server, node), `create database ${name} template ${how}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Brings the extension, and makes the nodes known to each other, in a database that every node has. */
export async function bringCitus(server: string, name: string): Promise<void> {
  const nodes = await nodesOf(server);
  for (const node of nodes) {
    await run(at(server, node, name), 'create extension citus');
    // So that making a shop's tables takes as long as it must, and no longer.
    await run(at(server, node, name), `alter database ${name} set citus.shard_count = 4`);
    await run(at(server, node, name), `alter database ${name} set citus.enable_stat_counters = on`);
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  for (const { host, port, isCoordinator, takesShards } of nodes) {
    await run(url.href, isCoordinator ? COORDINATOR : NODE, [host, port]);
    await run(url.href, "select citus_set_node_property($1, $2, 'shouldhaveshards', $3)", [host, port, takesShards]);
  }
}

export async function dropOnCitus(server: string, name: string): Promise<void> {
  for (const node of await nodesOf(server)) {
    await run(at(server, node), `drop database if exists ${name} with (force)`);
  }
}

/** A role belongs to a whole server, and Citus has made it on each. */
export async function dropRoleOnCitus(server: string, role: string): Promise<void> {
  for (const node of await nodesOf(server))
    await run(at(server, node), `set citus.enable_ddl_propagation = off; drop role if exists ${role}`);
}

const COORDINATOR = 'select citus_set_coordinator_host($1, $2)';
const NODE = 'select citus_add_node($1, $2)';

async function nodesOf(server: string): Promise<Node[]> {
  const nodes = await run<Node>(
    server,
    `select nodename as host, nodeport as port, groupid = 0 as "isCoordinator", shouldhaveshards as "takesShards"
    from pg_dist_node order by groupid`,
  );
  if (!nodes.some(({ isCoordinator }) => isCoordinator))
    throw new Error('the database of CITUS_URL knows no coordinator: select citus_set_coordinator_host(…)');
  return nodes;
}

function at(server: string, { host, port }: Node, name?: string): string {
  const url = new URL(server);
  url.hostname = host;
  url.port = String(port);
  if (name !== undefined) url.pathname = `/${name}`;
  return url.href;
}

async function run<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values?: readonly unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values === undefined ? undefined : [...values])).rows;
  } finally {
    await client.end();
  }
}

/** How many sessions of a database wait for a lock, on all nodes. */
export async function waitingOnCitus(pool: pg.Pool): Promise<number> {
  return sumOfNodes(
    pool,
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
}

/** Statements so far, on all nodes of a database, that went to more than one shard. */
export async function wideStatements(pool: pg.Pool): Promise<number> {
  return sumOfNodes(
    pool,
    'select query_execution_multi_shard from citus_stat_counters where name = current_database()',
  );
}

/** Connections so far that nodes have used to ask another, without what the coordinator has asked. */
export async function askedByNodes(pool: pg.Pool): Promise<number> {
  return sumOfNodes(
    pool,
    `select coalesce(sum(connection_establishment_succeeded + connection_reused), 0) from citus_stat_counters
    where name = current_database() and (select groupid from pg_dist_local_group) <> 0`,
  );
}

async function sumOfNodes(pool: pg.Pool, text: string): Promise<number> {
  return (await onAllNodes(pool, text)).reduce((sum, count) => sum + Number(count), 0);
}

/** What a statement with one answer says on each node. */
export async function onAllNodes(pool: pg.Pool, text: string): Promise<string[]> {
  const { rows } = await pool.query<{ success: boolean; result: string }>(
    'select success, result from run_command_on_all_nodes($1)',
    [text],
  );
  for (const { success, result } of rows) if (!success) throw new Error(result);
  return rows.map(({ result }) => result);
}

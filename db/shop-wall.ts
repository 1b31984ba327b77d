import type { ClientBase } from 'pg';
import { withLongTimeout } from './long-timeout.ts';

/** Tables of which a shop sees its own rows alone, with the column that says whose a row is. */
export const WALLED: Readonly<Record<string, string>> = {
  commands: 'shop',
  dishes: 'shop',
  escalations: 'shop',
  events: 'shop',
  menu_parts: 'shop',
  menus: 'shop',
  order_items: 'shop',
  order_keys: 'shop',
  orders: 'shop',
  print_claims: 'shop',
  regulars: 'shop',
  shop_acks: 'shop',
  shop_keys: 'shop',
  shops: 'id',
  slot_shares: 'shop',
  streams: 'shop',
};

/**
 * Puts a wall between shops: row-level security on `WALLED`. A statement that says its shop (`inShop`) sees and changes
 * the rows of no other, whatever it asks for; one that says none, as those of timers that look after all shops, sees all.
 * It does not hold whoever owns the tables. The caller's role owns them. What stands already is left as it is, table after
 * table, since each is locked for a moment. On Citus there is none: a node does not know what a session has said on another.
 */
export async function raiseWall(client: Pick<ClientBase, 'query'>): Promise<void> {
  const { rows } = await client.query<{ table: string }>(WITHOUT_WALL, [Object.keys(WALLED)]);
  for (const { table } of rows) {
    await client.query(withLongTimeout(wallOf(table)));
  }
}

const WITHOUT_WALL = `
  select c.relname as table from pg_class c
  where c.relnamespace = current_schema()::regnamespace and c.relname = any($1)
    and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'own_shop')
    and not exists (select from pg_extension where extname = 'citus')
  order by c.relname`;

/** Takes it down again, for Citus. */
export const LOWER_WALL = `
  do $$ declare v_table regclass; begin
    for v_table in select p.polrelid from pg_policy p where p.polname = 'own_shop' order by p.polrelid loop
      execute format('drop policy own_shop on %s', v_table);
      execute format('alter table %s disable row level security', v_table);
    end loop;
  end $$`;

const SHOP = "'websocket_order.shop'";

/** As in a migration, what holds the table meanwhile is waited for. */
function wallOf(table: string): string {
  return `
    begin; set local statement_timeout = 0; set local lock_timeout = 0;
    alter table ${table} enable row level security;
    create policy own_shop on ${table} using (${isOwn(WALLED[table] ?? '')});
    commit`;
}

/** PostgreSQL reckons that such a condition lets in half of the rows, and so plans as it does without. */
function isOwn(column: string): string {
  return `coalesce(${column} = nullif(current_setting(${SHOP}, true), ''), true)`;
}

/**
 * An argument of a function, by which the statement says that all it does is about `shop`: before the function runs, and
 * until the transaction ends. It stands in another argument than the shop, by which Citus finds the node. More settings of
 * the transaction can be made with it.
 */
export function inShop(argument: string, shop: string, ...settings: readonly string[]): string {
  const all = [`set_config(${SHOP}, ${shop}, true) as own`, ...settings];
  return `(select ${argument} from ${all.join(', ')})`;
}

import type { Connections } from '../../functions/domain/ports.ts';
import type { Database } from '../database.ts';
import { WITHOUT_DISK } from '../durable.ts';

/** Announced connections on PostgreSQL. `perAddress` bounds how many one network address may hold. */
export function postgresConnections(database: Database, { perAddress }: { perAddress: number }): Connections {
  return {
    async add({ id, address }) {
      const [row] = await database.query<{ outcome: 'added' | 'closed' | 'too_many' }>(ADD, [
        id,
        address ?? null,
        perAddress,
      ]);
      if (row === undefined) throw new Error('add_connection answered no row');
      return row.outcome;
    },

    async remove(id) {
      await database.query(REMOVE, [id]);
    },

    async prune(id) {
      await database.query(PRUNE, [id]);
    },
  };
}

/**
 * Closes every connection of a gateway instance that is ending, in one statement: thousands of cleanups may not be done
 * before the process is killed, and their shops would then look online until the leases are over. Those of them that are
 * in the chat leave it.
 */
export async function closeConnectionsOf(database: Database, instance: string): Promise<void> {
  await database.query(CLOSE_ALL, [`${instance}.`]);
}

// In the order of ids, as everywhere. What somebody else holds is being changed by its own cleanup.
const CLOSE_ALL = `
  with members as (
    update chat_members set name = null
    where id in (
      select id from chat_members where starts_with(id, $1) and name is not null order by id for update skip locked)
  )
  update connections set state = 'closed', closed_at = now()
  where id in (
    select id from connections where starts_with(id, $1) and state <> 'closed' order by id for update skip locked)`;

const ADD = `select a.outcome from add_connection($1, $2, $3) as a (outcome), ${WITHOUT_DISK}`;

// What a crash forgets of who has come or gone, the end of a lease makes true again.
const REMOVE = `select from remove_connection($1), ${WITHOUT_DISK}`;

const PRUNE = `select from prune_connection($1), ${WITHOUT_DISK}`;

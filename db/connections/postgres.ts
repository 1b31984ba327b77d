import type { Connections } from '../../functions/domain/ports.ts';
import type { Database } from '../database.ts';

/** Announced connections on PostgreSQL. `perAddress` bounds how many one network address may hold. */
export function postgresConnections(database: Database, { perAddress }: { perAddress: number }): Connections {
  return {
    async add({ id, address }) {
      const values = [id, address ?? null, perAddress];
      const [present] = await database.query<{ outcome: 'added' | 'closed' }>(ADD, values);
      if (present !== undefined) return present.outcome;
      // Too many, or announced by somebody else since the statement began.
      const [known] = await database.query<{ state: string }>('select state from connections where id = $1', [id]);
      if (known === undefined) return 'too_many';
      return known.state === 'closed' ? 'closed' : 'added';
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

// Of those that open at the same moment each may miss the others in its count; a lock that makes the bound exact would
// let the connections of one address in one after another.
// The lease of a connection that has not said hello yet ends soon; it has ten seconds to do so.
const ADD = `
  with known as (
    select case state when 'closed' then 'closed' else 'added' end as outcome from connections where id = $1
  ), added as (
    insert into connections (id, state, address, expires_at)
    select $1, 'new', $2, now() + interval '30 seconds'
    where not exists (select from known) and ($2::text is null or $3 > (
      select count(*) from connections where address = $2 and state <> 'closed' and expires_at > now()))
    on conflict (id) do nothing
    returning 'added' as outcome
  )
  select outcome from known union all select outcome from added`;

const REMOVE = `
  insert into connections as c (id, state, expires_at, closed_at) values ($1, 'closed', now(), now())
  on conflict (id) do update set state = 'closed', closed_at = now() where c.state <> 'closed'`;

// A gateway may say "no such connection" of one that it is only just opening. One that was opened in the future was opened
// while the clock was ahead.
const PRUNE = `
  update connections set state = 'closed', closed_at = now()
  where id = $1 and state <> 'closed'
    and (opened_at < now() - interval '5 seconds' or opened_at > now() + interval '5 seconds')`;

import { type ListedMember, NEW_SECONDS, type Room } from '../../functions/domain/chat/room.ts';
import type { Database } from '../database.ts';

/** Members in one page. */
const PAGE = 1_000;

/** The chat room on PostgreSQL. A list is exact: it sees whatever was answered before it was begun. */
export function postgresRoom(database: Database, { leaseSeconds }: { leaseSeconds: number }): Room {
  return {
    async add({ id, name }) {
      const [row] = await database.query<{ outcome: 'added' | 'closed' | 'taken' }>(ADD, [id, name, leaseSeconds]);
      return row?.outcome ?? 'taken';
    },

    async rename({ id, name: old }, name) {
      await database.query(FREE, [name, id]);
      try {
        const [renamed] = await database.query(RENAME, [id, old, name, leaseSeconds]);
        if (renamed !== undefined) return 'added';
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
      const [row] = await database.query<{ name: string | null }>(NAME_OF, [id]);
      return row?.name === null ? 'closed' : 'taken';
    },

    async remove(id) {
      await database.query(REMOVE, [id, leaseSeconds]);
    },

    async *list() {
      let after = '';
      for (;;) {
        const page = await database.query<ListedMember>(LIST, [after, PAGE, NEW_SECONDS]);
        if (page.length > 0) yield page;
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE) return;
        after = last.id;
      }
    },
  };
}

const ADD = 'select add_chat_member($1, $2, $3) as outcome';

/** The name of a member whose lease has lapsed is free, and still in the index. */
const FREE = 'delete from chat_members where name = $1 and id <> $2 and expires_at <= now()';

// Also of one that has the name already: the statement may be repeated.
const RENAME = `
  update chat_members set name = $3, renewed_at = now(), expires_at = now() + make_interval(secs => $4)
  where id = $1 and name in ($2, $3)
    and not exists (select from chat_members where name = $3 and id <> $1)
  returning id`;

const NAME_OF = 'select name from chat_members where id = $1';

const REMOVE = `
  insert into chat_members (id, name, expires_at) values ($1, null, now() + make_interval(secs => $2))
  on conflict (id) do update set name = null, expires_at = excluded.expires_at`;

const LIST = `
  select id, name, renewed_at between now() - make_interval(secs => $3) and now() + interval '5 seconds' as "isNew"
  from chat_members
  where id > $1 and name is not null and expires_at > now()
  order by id limit $2`;

/** Two have asked for one name at the same moment, and the index has let in the other. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

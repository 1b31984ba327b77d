import { type ListedMember, NEW_SECONDS, type Room } from '../../functions/domain/room.ts';
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

const REMOVE = `
  insert into chat_members (id, name, expires_at) values ($1, null, now() + make_interval(secs => $2))
  on conflict (id) do update set name = null, expires_at = excluded.expires_at`;

const LIST = `
  select id, name, renewed_at > now() - make_interval(secs => $3) as "isNew" from chat_members
  where id > $1 and name is not null and expires_at > now()
  order by id limit $2`;

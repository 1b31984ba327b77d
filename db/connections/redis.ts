import { type ListedMember, NEW_SECONDS, type Room } from '../../functions/domain/chat/room.ts';
import type { Redis } from '../redis.ts';

/**
 * The chat room on Redis 6.2 or later. What belongs together is changed by one script, so nothing is ever half done; a
 * list is exact. The clock is that of Redis. Keys, with one hash tag, so that a cluster keeps them together:
 *
 * - `{<prefix>}:members`: name by connection id
 * - `{<prefix>}:names`: connection id by name
 * - `{<prefix>}:leases`: connection ids by the end of their leases, milliseconds
 * - `{<prefix>}:closed:<id>`: a tombstone, which ends by itself
 */
export function redisRoom(
  redis: Redis,
  { leaseSeconds, prefix = 'chat' }: { leaseSeconds: number; prefix?: string },
): Room {
  const keys = ['members', 'names', 'leases'].map(name => `{${prefix}}:${name}`);
  const tombstone = (id: string) => `{${prefix}}:closed:${id}`;
  const leaseMs = String(leaseSeconds * 1000);
  const script = (text: string, id: string, ...values: string[]) =>
    redis.run(['EVAL', text, '4', ...keys, tombstone(id), id, leaseMs, ...values]);

  return {
    async add({ id, name }) {
      return (await script(ADD, id, name)) as 'added' | 'closed' | 'taken';
    },

    async rename({ id, name: old }, name) {
      return (await script(RENAME, id, old, name)) as 'added' | 'closed' | 'taken';
    },

    async remove(id) {
      await script(REMOVE, id);
    },

    /** `HSCAN` promises whoever is there from its begin to its end. */
    async *list() {
      let cursor = '0';
      do {
        const answer = await script(LIST, '', cursor, String(NEW_SECONDS * 1000));
        const [next, ...fields] = answer as string[];
        cursor = next ?? '0';
        if (fields.length > 0) yield membersIn(fields);
      } while (cursor !== '0');
    },
  };
}

/** Id, name and whether it is new (`1`), one after the other. */
function membersIn(fields: string[]): ListedMember[] {
  const page: ListedMember[] = [];
  for (let index = 0; index + 2 < fields.length; index += 3) {
    page.push({ id: fields[index] ?? '', name: fields[index + 1] ?? '', isNew: fields[index + 2] === '1' });
  }
  return page;
}

// The members whose leases have lapsed go first, so that their names are free. A lease that was written by a clock that
// was ahead is a whole one from now on. Only so many at a time: a script holds up everybody else.
const BEGIN = `
  local members, names, leases, closed = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
  local id, lease = ARGV[1], ARGV[2]
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local function forget(id)
    local name = redis.call('HGET', members, id)
    if name and redis.call('HGET', names, name) == id then redis.call('HDEL', names, name) end
    redis.call('HDEL', members, id)
    redis.call('ZREM', leases, id)
  end
  for _, lapsed in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 1000)) do forget(lapsed) end
  for _, ahead in ipairs(redis.call('ZRANGEBYSCORE', leases, now + lease + 5000, '+inf', 'LIMIT', 0, 1000)) do
    redis.call('ZADD', leases, now + lease, ahead)
  end`;

const ADD = `${BEGIN}
  local name = ARGV[3]
  if redis.call('EXISTS', closed) == 1 then return 'closed' end
  if (redis.call('HGET', members, id) or name) ~= name then return 'taken' end
  if (redis.call('HGET', names, name) or id) ~= id then return 'taken' end
  redis.call('HSET', members, id, name)
  redis.call('HSET', names, name, id)
  redis.call('ZADD', leases, now + lease, id)
  return 'added'`;

const RENAME = `${BEGIN}
  local old, name = ARGV[3], ARGV[4]
  if redis.call('EXISTS', closed) == 1 then return 'closed' end
  local own = redis.call('HGET', members, id)
  if own ~= old and own ~= name then return 'taken' end
  if (redis.call('HGET', names, name) or id) ~= id then return 'taken' end
  forget(id)
  redis.call('HSET', members, id, name)
  redis.call('HSET', names, name, id)
  redis.call('ZADD', leases, now + lease, id)
  return 'added'`;

const REMOVE = `${BEGIN}
  forget(id)
  redis.call('SET', closed, '1', 'PX', lease)
  return 'removed'`;

const LIST = `${BEGIN}
  local scanned = redis.call('HSCAN', members, ARGV[3], 'COUNT', 1000)
  local answer = { scanned[1] }
  for index = 1, #scanned[2], 2 do
    local expires = tonumber(redis.call('ZSCORE', leases, scanned[2][index]))
    if expires and expires > now then
      answer[#answer + 1] = scanned[2][index]
      answer[#answer + 1] = scanned[2][index + 1]
      answer[#answer + 1] = expires - lease > now - ARGV[4] and '1' or '0'
    end
  end
  return answer`;

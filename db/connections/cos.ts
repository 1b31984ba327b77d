import COS from 'cos-nodejs-sdk-v5';
import { firstLetters, lettersOf } from '../../functions/domain/chat/names.ts';
import { type ListedMember, type Member, NEW_SECONDS, type Room } from '../../functions/domain/chat/room.ts';

/** Where the objects are and how long a lease lasts. */
export interface CosRoomOptions {
  bucket: string;
  region: string;
  /** Before every key, with a slash at its end. */
  prefix: string;
  leaseSeconds: number;
  /** Credentials, and where to find COS when that is not the region's usual address. */
  client: COS.COSOptions;
}

/** Objects in one page of a list: the most that COS gives. */
const PAGE = 1_000;
/** Nobody comes back so long after the end of a lease; what is deleted earlier could just have been renewed. */
const MARGIN_SECONDS = 3_600;

/**
 * The chat room on COS: one empty object for each member and none that they share, since there is no compare-and-set. All
 * that is known of a member is in its key, and the lease is told by the time the object was written:
 *
 * - `<prefix>open/<name>/<id>`: a member
 * - `<prefix>named/<id>/<name>`: it has this name from an earlier connection, where its own id does not lead to
 * - `<prefix>closed/<id>`: a tombstone
 *
 * COS reads and lists what was written before (436/30585), so a list is exact. What has lapsed is left out and deleted by
 * a later list; the others go by a lifecycle rule of the bucket on `<prefix>`.
 */
export function cosRoom({ bucket, region, prefix, leaseSeconds, client }: CosRoomOptions): Room {
  const cos = new COS(client);
  const place = { Bucket: bucket, Region: region };
  const open = `${prefix}open/`;
  const keyOf = (name: string, id: string) => `${open}${name}/${encodeURIComponent(id)}`;
  const namedOf = (id: string) => `${prefix}named/${encodeURIComponent(id)}/`;
  const tombstoneOf = (id: string) => `${prefix}closed/${encodeURIComponent(id)}`;

  async function put(key: string): Promise<void> {
    requireCos(await cos.putObject({ ...place, Key: key, Body: '', ContentLength: 0 }));
  }

  async function remove(keys: readonly string[]): Promise<void> {
    requireCos(await cos.deleteMultipleObject({ ...place, Quiet: true, Objects: keys.map(Key => ({ Key })) }));
  }

  async function exists(key: string): Promise<boolean> {
    try {
      requireCos(await cos.headObject({ ...place, Key: key }));
      return true;
    } catch (error) {
      const isMissing =
        typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 404;
      if (isMissing && isFromCos(error)) return false;
      throw error;
    }
  }

  async function page(beginning: string, after = ''): Promise<Page> {
    const answer = requireCos(await cos.getBucket({ ...place, Prefix: beginning, Marker: after, MaxKeys: PAGE }));
    // The clock is that of COS, as the times of the objects are.
    const now = Date.parse(String(answer.headers?.date)) || Date.now();
    const entries = answer.Contents.map(({ Key, LastModified }) =>
      entryOf(Key, (now - Date.parse(LastModified)) / 1000),
    );
    return { entries, next: answer.IsTruncated === 'true' ? answer.NextMarker || entries.at(-1)?.key : undefined };
  }

  function entryOf(key: string, ageSeconds: number): Entry {
    const [name = '', id = ''] = key.slice(open.length).split('/');
    return { key, ageSeconds, name, id: decodeURIComponent(id), isNew: ageSeconds < NEW_SECONDS };
  }

  const isLive = ({ ageSeconds }: Entry) => ageSeconds < leaseSeconds;

  /** Who has a name; more than one only while they are finding out. */
  async function holdersOf(name: string): Promise<string[]> {
    return (await page(`${open}${name}/`)).entries.filter(isLive).map(({ id }) => id);
  }

  async function* pagesFrom(beginning: string, after?: string): AsyncGenerator<Entry[]> {
    for (let next = after; ; ) {
      const { entries, next: following } = await page(beginning, next);
      yield entries;
      if (following === undefined) return;
      next = following;
    }
  }

  /** The first page, and where there are more, those of each first letter at the same time. */
  async function* allPages(): AsyncGenerator<Entry[]> {
    const { entries, next } = await page(open);
    yield entries;
    if (next === undefined) return;
    const begun = next.charAt(open.length);
    const rest = firstLetters.filter(letter => letter >= begun);
    yield* await collectAll(rest.map(letter => pagesFrom(open + letter, letter === begun ? next : undefined)));
  }

  /** The names that a member may have besides those that follow from its id. */
  async function namesFromBefore(id: string): Promise<string[]> {
    const { entries } = await page(namedOf(id));
    return entries.map(({ key }) => key.slice(namedOf(id).length));
  }

  async function add({ id, name }: Member): Promise<'added' | 'closed' | 'taken'> {
    const key = keyOf(name, id);
    const holders = await holdersOf(name);
    if (holders.some(holder => holder !== id)) return 'taken';
    // Before the member itself: whoever removes it has to find it.
    if (!lettersOf(id).includes(name)) await put(namedOf(id) + name);
    await put(key);
    // Two who came at the same moment see each other now at the latest, and both step back.
    const [after, isClosed] = await Promise.all([
      holders.includes(id) ? [] : holdersOf(name),
      // A tombstone that is written after this look is followed by the deletion of what was put before it.
      exists(tombstoneOf(id)),
    ]);
    const isTaken = after.some(holder => holder !== id);
    if (isClosed || isTaken) await remove([key]);
    return isClosed ? 'closed' : isTaken ? 'taken' : 'added';
  }

  return {
    add,

    async rename({ id, name: old }, name) {
      const isMember = (await exists(keyOf(old, id))) || (await exists(keyOf(name, id)));
      if (!isMember) return (await exists(tombstoneOf(id))) ? 'closed' : 'taken';
      const outcome = await add({ id, name });
      if (outcome === 'added' && name !== old) await remove([keyOf(old, id), namedOf(id) + old]);
      return outcome;
    },

    async remove(id) {
      await put(tombstoneOf(id));
      const more = await namesFromBefore(id);
      await remove([
        ...[...lettersOf(id), ...more].map(name => keyOf(name, id)),
        ...more.map(name => namedOf(id) + name),
      ]);
    },

    async *list() {
      const lapsed: string[] = [];
      for await (const entries of allPages()) {
        for (const { key, ageSeconds } of entries) {
          if (ageSeconds >= leaseSeconds + MARGIN_SECONDS && lapsed.length < PAGE) lapsed.push(key);
        }
        yield entries.filter(isLive).map(({ id, name, isNew }): ListedMember => ({ id, name, isNew }));
      }
      if (lapsed.length > 0) await remove(lapsed);
    },
  };
}

interface Entry extends ListedMember {
  key: string;
  ageSeconds: number;
}
interface Page {
  entries: Entry[];
  next: string | undefined;
}

/** COS numbers each of its answers. One without a number is a proxy's, and says nothing whatever its status is. */
function isFromCos(answer: object): boolean {
  return 'RequestId' in answer && answer.RequestId !== undefined;
}

function requireCos<Answer extends object>(answer: Answer): Answer {
  if (!isFromCos(answer)) throw new Error('somebody else than COS has answered');
  return answer;
}

/** The pages of several lists that are read at the same time. */
async function collectAll(lists: readonly AsyncGenerator<Entry[]>[]): Promise<Entry[][]> {
  const pages: Entry[][] = [];
  await Promise.all(
    lists.map(async list => {
      for await (const entries of list) pages.push(entries);
    }),
  );
  return pages;
}

import { CosError } from './error.ts';
import type { StoredObject } from './objects.ts';
import { element, text } from './xml.ts';

/** The most entries of one page (436/7734). */
const MAX_KEYS = 1000;

/** One page of a bucket's keys in the order of their bytes, as XML: GET Bucket, version 1. */
export function listPage(
  bucket: string,
  objects: ReadonlyMap<string, StoredObject>,
  query: ReadonlyMap<string, string>,
): string {
  const asked = {
    prefix: query.get('prefix') ?? '',
    marker: query.get('marker') ?? '',
    delimiter: query.get('delimiter') ?? '',
  };
  const maxKeys = maxKeysOf(query.get('max-keys'));
  const isEncoded = query.get('encoding-type') === 'url';
  const entries = entriesOf([...objects.keys()].filter(key => key.startsWith(asked.prefix)).sort(byBytes), asked);
  const page = entries.slice(0, maxKeys);
  const isTruncated = entries.length > page.length;
  const shown = (name: string) => text(isEncoded ? encodeURIComponent(name).replaceAll('%2F', '/') : name);
  return element('ListBucketResult', [
    element('Name', text(bucket)),
    ...(isEncoded ? [element('EncodingType', 'url')] : []),
    element('Prefix', shown(asked.prefix)),
    element('Marker', shown(asked.marker)),
    element('MaxKeys', String(maxKeys)),
    ...(asked.delimiter === '' ? [] : [element('Delimiter', shown(asked.delimiter))]),
    element('IsTruncated', String(isTruncated)),
    ...(isTruncated ? [element('NextMarker', shown(page.at(-1)?.name ?? ''))] : []),
    ...page.map(({ name, isPrefix }) => {
      if (isPrefix) return element('CommonPrefixes', element('Prefix', shown(name)));
      const object = objects.get(name);
      return element('Contents', [
        element('Key', shown(name)),
        element('LastModified', object?.modifiedAt.toISOString() ?? ''),
        element('ETag', text(object?.etag ?? '')),
        element('Size', String(object?.body.length ?? 0)),
        element('Owner', [element('ID', '1250000000'), element('DisplayName', '1250000000')]),
        element('StorageClass', 'STANDARD'),
      ]);
    }),
  ]);
}

interface Entry {
  name: string;
  isPrefix: boolean;
}

/** Keys, and what lies below a delimiter folded into one entry each. */
function entriesOf(
  keys: string[],
  { prefix, marker, delimiter }: Record<'prefix' | 'marker' | 'delimiter', string>,
): Entry[] {
  const entries: Entry[] = [];
  for (const key of keys) {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry =
      at < 0 ? { name: key, isPrefix: false } : { name: key.slice(0, at + delimiter.length), isPrefix: true };
    const isAfter = marker === '' || byBytes(entry.name, marker) > 0;
    if (isAfter && entries.at(-1)?.name !== entry.name) entries.push(entry);
  }
  return entries;
}

function maxKeysOf(value: string | undefined): number {
  if (value === undefined || value === '') return MAX_KEYS;
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0) throw new CosError(400, 'InvalidArgument', 'max-keys is not valid.');
  return Math.min(count, MAX_KEYS);
}

/** Without surrogates the order of the characters is that of their bytes, and much cheaper to tell. */
function byBytes(one: string, other: string): number {
  if (surrogate.test(one) || surrogate.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : one > other ? 1 : 0;
}

const surrogate = /[\ud800-\udfff]/;

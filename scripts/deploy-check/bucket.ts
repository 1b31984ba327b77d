import { convergeBucket } from '../ordering/bucket.ts';
import { removeBucket } from '../tencent/resources/bucket.ts';
import type { Ask } from '../tencent/resources/cos.ts';
import type { Find } from './finding.ts';
import { settings } from './functions.ts';

const pages = [
  { path: 'a.js', bytes: Buffer.from('1') },
  { path: 'a.html', bytes: Buffer.from('<!doctype html>') },
];

/** Makes a bucket, puts pages into it, reads them back, and removes all of it again. */
export async function probeBucket(cos: Ask, bucket: string, find: Find): Promise<void> {
  const changes: string[] = [];
  const converge = () => convergeBucket(cos, settings, bucket, pages, {}, text => changes.push(text));
  try {
    await converge();
    const made = changes.length;
    await converge();
    find('a bucket is known by its tag, and its objects by their MD5', made > 0 && changes.length === made);
  } finally {
    find('a bucket of our own can be emptied and removed', await removeBucket(cos, settings.deployment));
  }
}

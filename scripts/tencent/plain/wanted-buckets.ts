import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { BucketAcl } from '../resources/bucket.ts';
import type { Website } from '../resources/bucket-settings.ts';
import type { TencentBucket } from './configuration.ts';

/** A bucket of the stage. */
export interface BucketSettings {
  /** Its key in serverless.yml. */
  key: string;
  /** Its name in the cloud. */
  bucket: string;
  folder: string | undefined;
  acl: BucketAcl;
  website: Website | undefined;
}

/** What serverless.yml says of buckets, with everything that it leaves out. */
export function bucketsOf(configured: Record<string, TencentBucket> = {}): BucketSettings[] {
  return Object.entries(configured).map(([key, { name, folder, acl = 'private', website = false }]) => {
    const { index = 'index.html', error } = typeof website === 'object' ? website : {};
    return { key, bucket: name, folder, acl, website: website === false ? undefined : { index, error } };
  });
}

/** What is wrong with buckets and can be known without asking. */
export function problemsOfBuckets(buckets: BucketSettings[], serviceDir: string): string[] {
  return buckets.flatMap(({ key, bucket, folder, acl, website }, index) => {
    const about = `provider.buckets.${key}`;
    const at = folder === undefined ? undefined : path.resolve(serviceDir, folder);
    return [
      ...(/^[a-z\d]([a-z\d-]{0,47}[a-z\d])?-\d{8,12}$/.test(bucket)
        ? []
        : [
            `${about}.name "${bucket}": must be small letters, digits and -, with the account's number at its end, as my-files-1250000000`,
          ]),
      ...(buckets.findIndex(other => other.bucket === bucket) < index
        ? [`${about}.name "${bucket}": another bucket has this name`]
        : []),
      ...(website !== undefined && acl === 'private'
        ? [`${about}.website: a website is for everybody, so say acl: public-read too`]
        : []),
      ...(at !== undefined && !(existsSync(at) && statSync(at).isDirectory())
        ? [`${about}.folder: there is no folder ${at}`]
        : []),
    ];
  });
}

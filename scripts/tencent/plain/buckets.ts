import path from 'node:path';
import type { Belonging } from '../commands/remove.ts';
import type { Context } from '../context.ts';
import { eachOf } from '../patience.ts';
import { makeBucket, readOwnership, removeBucket } from '../resources/bucket.ts';
import { convergeAcl, convergeWebsite } from '../resources/bucket-settings.ts';
import { openCos } from '../resources/cos.ts';
import { convergeListedFiles, listKey } from '../resources/listed-files.ts';
import type { PackageFile } from '../service/zip.ts';
import { filesIn } from './packages.ts';
import type { PlainSettings } from './settings.ts';

/** Files by the key of their bucket. */
export type BucketFiles = ReadonlyMap<string, PackageFile[]>;

/** Of an object's key. */
const mostKeyBytes = 850;

/** Reads what is to lie in each bucket; `refuse` gets what is wrong with it. */
export function readBucketFiles(
  { buckets }: PlainSettings,
  serviceDir: string,
  refuse: (problems: string[]) => void,
): BucketFiles {
  const files = new Map(
    buckets.map(({ key, folder }) => [key, folder === undefined ? [] : ownFilesIn(path.resolve(serviceDir, folder))]),
  );
  refuse(
    [...files].flatMap(([key, each]) =>
      each
        .filter(({ path: name }) => Buffer.byteLength(name) > mostKeyBytes)
        .map(
          ({ path: name }) =>
            `provider.buckets.${key}: the path ${name.slice(0, 60)}… has more than ${mostKeyBytes} bytes`,
        ),
    ),
  );
  return files;
}

/** Without the list of what was put there, which a copy of a bucket has too. */
function ownFilesIn(folder: string): PackageFile[] {
  return filesIn(folder).filter(file => file.path !== listKey);
}

/** @throws DeployError when a bucket is somebody else's; changes nothing */
export async function checkBuckets({ cloud, settings }: Context<PlainSettings>): Promise<void> {
  await eachOf(settings.buckets, 4, async ({ bucket }) => {
    await readOwnership(await openCos(cloud, bucket), settings.deployment, bucket);
  });
}

/** Brings buckets to what serverless.yml says. A bucket that it names no more stays, since it may hold what is wanted. */
export async function deployBuckets(
  { cloud, settings, out }: Context<PlainSettings>,
  files: BucketFiles,
): Promise<void> {
  for (const { key, bucket, acl, website } of settings.buckets) {
    out.doing(`bucket ${bucket}`);
    const changed = (text: string) => out.changed(`bucket ${bucket} ${text}`);
    const cos = await openCos(cloud, bucket);
    await makeBucket(cos, settings.deployment, { bucket, acl }, out.changed);
    // Before anything is put there that not everybody may read.
    await convergeAcl(cos, acl, changed);
    await convergeListedFiles(cos, files.get(key) ?? [], changed);
    await convergeWebsite(cos, website, changed);
  }
}

/** Where websites in buckets are. */
export function sayWebsites({ cloud, settings, out }: Context<PlainSettings>): void {
  for (const { key, bucket, website } of settings.buckets)
    if (website !== undefined) out.answer(`${key} https://${bucket}.cos-website.${cloud.access.region}.myqcloud.com`);
}

/** What goes with a stage: the buckets that it has made, whole. */
export async function bucketBelongings({ cloud, settings, out }: Context<PlainSettings>): Promise<Belonging[]> {
  return settings.buckets.map(({ bucket }) => ({
    name: `bucket ${bucket} WITH ALL THAT LIES IN IT`,
    gone: `bucket ${bucket} emptied and removed`,
    async remove() {
      const cos = await openCos(cloud, bucket);
      const isGone = await removeBucket(cos, settings.deployment);
      if (!isGone) out.line(`bucket ${bucket} is not there, or not this stage's own: nothing of it was removed`);
      return isGone;
    },
  }));
}

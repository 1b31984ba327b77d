import { CallFailure, DeployError } from '../failures.ts';
import { listObjects, removeObjects } from './bucket-files.ts';
import type { Ask } from './cos.ts';

const tagKey = 'sls-deployment';

/** Who may read what lies in a bucket. */
export type BucketAcl = 'private' | 'public-read';

/** A bucket that is not there, that is a stage's own, or that is empty and nobody's, as when its making was interrupted. */
export type Ownership = 'absent' | 'own' | 'unclaimed';

/**
 * Whose a bucket is; its tag tells.
 * @throws DeployError when it is somebody else's
 */
export async function readOwnership(cos: Ask, deployment: string, bucket: string): Promise<Ownership> {
  const tags = await tagsOf(cos);
  if (tags === undefined) return 'absent';
  if (ownerIn(tags) === deployment) return 'own';
  if (tags.length === 0 && (await listObjects(cos)).size === 0) return 'unclaimed';
  throw new DeployError(
    `the bucket ${bucket} holds something that this stage did not put there: nothing of it was changed; name another in serverless.yml`,
  );
}

/**
 * Makes the bucket, if it is not there yet, and marks it as the stage's own.
 * @throws DeployError when it is somebody else's
 */
export async function makeBucket(
  cos: Ask,
  deployment: string,
  { bucket, acl }: { bucket: string; acl: BucketAcl },
  changed: (text: string) => void,
): Promise<void> {
  const ownership = await readOwnership(cos, deployment, bucket);
  if (ownership === 'absent') {
    await cos('putBucket', { ACL: acl });
    changed(`bucket ${bucket} created`);
  }
  // Also when an earlier deployment was interrupted between the two.
  if (ownership !== 'own') await cos('putBucketTagging', { Tags: [{ Key: tagKey, Value: deployment }] });
}

/** Empties and removes a bucket that the stage has made; says whether there was one. */
export async function removeBucket(cos: Ask, deployment: string): Promise<boolean> {
  if (ownerIn((await tagsOf(cos)) ?? []) !== deployment) return false;
  // What is put into it meanwhile goes too.
  for (;;) {
    const keys = [...(await listObjects(cos)).keys()];
    if (keys.length === 0) break;
    await removeObjects(cos, keys);
  }
  await cos('deleteBucket', {});
  return true;
}

interface Tag {
  Key: string;
  Value: string;
}

/** `undefined`: there is no bucket. */
async function tagsOf(cos: Ask): Promise<Tag[] | undefined> {
  try {
    await cos('headBucket', {});
  } catch (error) {
    if (error instanceof CallFailure && /^(NoSuchBucket|Http404)$/.test(error.code)) return undefined;
    throw error;
  }
  try {
    const { Tags = [] } = (await cos('getBucketTagging', {})) as { Tags?: Tag[] };
    return Tags;
  } catch (error) {
    if (error instanceof CallFailure && /^(NoSuchTagSet\w*|Http404)$/.test(error.code)) return [];
    throw error;
  }
}

function ownerIn(tags: Tag[]): string | undefined {
  return tags.find(({ Key }) => Key === tagKey)?.Value;
}

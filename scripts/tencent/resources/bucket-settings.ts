import type { BucketAcl } from './bucket.ts';
import type { Ask } from './cos.ts';

/** How a bucket serves pages: what a folder's address leads to, and what is shown where there is nothing. */
export interface Website {
  index: string;
  error: string | undefined;
}

/** Lets everybody read what lies in the bucket, or nobody. */
export async function convergeAcl(cos: Ask, acl: BucketAcl, changed: (text: string) => void): Promise<void> {
  const { ACL } = await cos('getBucketAcl', {});
  // A bucket that says nothing of its own is private.
  if (ACL === acl || (acl === 'private' && ACL === 'default')) return;
  await cos('putBucketAcl', { ACL: acl });
  changed(`is ${acl} now`);
}

/** Makes the bucket a website, or no website. */
export async function convergeWebsite(
  cos: Ask,
  website: Website | undefined,
  changed: (text: string) => void,
): Promise<void> {
  const { WebsiteConfiguration = {} } = (await cos('getBucketWebsite', {})) as { WebsiteConfiguration?: Configured };
  const { IndexDocument, ErrorDocument } = WebsiteConfiguration;
  // Compared is what is configured here alone: the cloud may add to it.
  if (IndexDocument?.Suffix === website?.index && ErrorDocument?.Key === website?.error) return;
  if (website === undefined) {
    await cos('deleteBucketWebsite', {});
    changed('is no website any more');
    return;
  }
  const { index, error } = website;
  const asked: Configured = {
    IndexDocument: { Suffix: index },
    ...(error === undefined ? {} : { ErrorDocument: { Key: error } }),
  };
  await cos('putBucketWebsite', { WebsiteConfiguration: asked });
  changed(`serves a website with ${index}`);
}

interface Configured {
  IndexDocument?: { Suffix: string };
  ErrorDocument?: { Key: string };
}

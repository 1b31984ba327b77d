import { makeBucket } from '../tencent/resources/bucket.ts';
import { listObjects, removeObjects, uploadFiles } from '../tencent/resources/bucket-files.ts';
import type { Ask } from '../tencent/resources/cos.ts';
import type { PackageFile } from '../tencent/service/zip.ts';
import { addressed } from './packages.ts';

/** Makes the bucket, uploads what differs and removes what is no page any more. */
export async function convergeBucket(
  cos: Ask,
  { deployment }: { deployment: string },
  bucket: string,
  pages: PackageFile[],
  addresses: object,
  changed: (text: string) => void,
): Promise<void> {
  // Pages are for everybody.
  await makeBucket(cos, deployment, { bucket, acl: 'public-read' }, changed);
  const files = pages.map(file => addressed(file, addresses));
  const there = await listObjects(cos);
  const uploaded = await uploadFiles(cos, files, there);
  if (uploaded > 0) changed(`pages: ${uploaded} files uploaded`);
  const superfluous = [...there.keys()].filter(key => !files.some(file => file.path === key));
  await removeObjects(cos, superfluous);
  if (superfluous.length > 0) changed(`pages: ${superfluous.length} old files removed`);
}

import { createHash } from 'node:crypto';
import { cacheControlOf, contentTypeOf } from '../../apigateway/server/http/pages.ts';
import type { Cloud } from '../tencent/cloud.ts';
import { CallFailure, DeployError } from '../tencent/failures.ts';
import { retry } from '../tencent/patience.ts';
import type { Settings } from '../tencent/service/settings.ts';
import type { PackageFile } from '../tencent/service/zip.ts';
import { addressed } from './packages.ts';

const tagKey = 'sls-deployment';
/** Of one call. */
const mostAttempts = 5;

/** Makes the bucket, uploads what differs and removes what is no page any more. */
export async function convergeBucket(
  cos: Ask,
  settings: Settings,
  bucket: string,
  pages: PackageFile[],
  addresses: object,
  changed: (text: string) => void,
): Promise<void> {
  const owner = await ownerOf(cos);
  if (owner === undefined) {
    // Pages are for everybody.
    await cos('putBucket', { ACL: 'public-read' });
    changed(`bucket ${bucket} created`);
  }
  // Also when an earlier deployment was interrupted between the two: an empty bucket without an owner is taken.
  if (owner === undefined || owner === '') await claim(cos, settings, bucket);
  else if (owner !== settings.deployment) throw foreign(bucket);
  const files = pages.map(file => addressed(file, addresses));
  const there = await listObjects(cos);
  const old = files.filter(file => there.get(file.path) !== md5(file.bytes));
  // Scripts and styles before the pages that name them.
  for (const isPage of [false, true]) {
    await Promise.all(old.filter(file => file.path.endsWith('.html') === isPage).map(file => upload(cos, file)));
  }
  if (old.length > 0) changed(`pages: ${old.length} files uploaded`);
  const superfluous = [...there.keys()].filter(key => !files.some(file => file.path === key));
  await removeObjects(cos, superfluous);
  if (superfluous.length > 0) changed(`pages: ${superfluous.length} old files removed`);
}

/** Empties and removes a bucket that the stage has made; says whether there was one. */
export async function removeBucket(cos: Ask, settings: Settings): Promise<boolean> {
  if ((await ownerOf(cos)) !== settings.deployment) return false;
  for (;;) {
    const keys = [...(await listObjects(cos)).keys()];
    if (keys.length === 0) break;
    await removeObjects(cos, keys);
  }
  await cos('deleteBucket', {});
  return true;
}

/** One call about the bucket; the method's name is that of the SDK. */
export type Ask = (
  method:
    | 'putBucket'
    | 'headBucket'
    | 'deleteBucket'
    | 'getBucket'
    | 'putObject'
    | 'deleteMultipleObject'
    | 'putBucketTagging'
    | 'getBucketTagging',
  more: object,
) => Promise<Record<string, unknown>>;

/** Opens a bucket, which may not be there yet. */
export async function openCos({ access }: Cloud, bucket: string): Promise<Ask> {
  // It takes a while to load, and most stages have no bucket.
  const { default: COS } = await import('cos-nodejs-sdk-v5');
  const { secretId, secretKey, token, region, cosEndpoint, retryMs } = access;
  const client = new COS({
    SecretId: secretId,
    SecretKey: secretKey,
    ...(token === undefined ? {} : { SecurityToken: token }),
    Timeout: 60_000,
    // Requests keep their host and signature; only the connection goes elsewhere.
    ...(cosEndpoint === undefined ? {} : { Protocol: 'http:', Ip: new URL(cosEndpoint).host }),
  });
  const methods = client as unknown as Record<string, (request: object) => Promise<Record<string, unknown>>>;
  return (method, more) => {
    const call = async () => {
      try {
        return (await methods[method]?.call(client, { Bucket: bucket, Region: region, ...more })) ?? {};
      } catch (error) {
        throw failureOf(method, bucket, error);
      }
    };
    let attempts = 0;
    return retry(call, failure => {
      attempts += 1;
      // All of these may be repeated: the same object, the same tags, the same bucket.
      const isPassing =
        failure instanceof CallFailure &&
        (failure.isUnknown || failure.code === 'SlowDown' || failure.code === 'RequestLimitExceeded');
      return isPassing && attempts < mostAttempts ? { afterMs: retryMs * 2 ** (attempts - 1) } : 'hopeless';
    });
  };
}

/** `undefined`: there is no bucket. An empty text: there is one without our tag. */
async function ownerOf(cos: Ask): Promise<string | undefined> {
  try {
    await cos('headBucket', {});
  } catch (error) {
    if (error instanceof CallFailure && /^(NoSuchBucket|Http404)$/.test(error.code)) return undefined;
    throw error;
  }
  try {
    const { Tags } = (await cos('getBucketTagging', {})) as { Tags?: { Key: string; Value: string }[] };
    return Tags?.find(({ Key }) => Key === tagKey)?.Value ?? '';
  } catch (error) {
    if (error instanceof CallFailure && /^(NoSuchTagSet\w*|Http404)$/.test(error.code)) return '';
    throw error;
  }
}

async function claim(cos: Ask, { deployment }: Settings, bucket: string): Promise<void> {
  if ((await listObjects(cos)).size > 0) throw foreign(bucket);
  await cos('putBucketTagging', { Tags: [{ Key: tagKey, Value: deployment }] });
}

function foreign(bucket: string): DeployError {
  return new DeployError(
    `the bucket ${bucket} holds something that this stage did not put there: nothing of it was changed; name another in custom.pages`,
  );
}

/** MD5 by key, as the ETag of an object that was uploaded in one piece. */
async function listObjects(cos: Ask): Promise<Map<string, string>> {
  const { Contents = [] } = (await cos('getBucket', { MaxKeys: 1000 })) as {
    Contents?: { Key: string; ETag: string }[];
  };
  return new Map(Contents.map(({ Key, ETag }) => [Key, ETag.replaceAll('"', '')]));
}

async function upload(cos: Ask, { path: Key, bytes }: PackageFile): Promise<void> {
  await cos('putObject', {
    Key,
    Body: bytes,
    ContentType: contentTypeOf(Key),
    CacheControl: cacheControlOf(Key),
  });
}

async function removeObjects(cos: Ask, keys: string[]): Promise<void> {
  if (keys.length > 0) await cos('deleteMultipleObject', { Objects: keys.map(Key => ({ Key })) });
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** The SDK's errors: `code` of the answer's XML, or none; an empty answer has its status alone. */
function failureOf(action: string, subject: string, error: unknown): CallFailure {
  const { code, message, statusCode, RequestId } = error as Partial<Record<string, string | number>>;
  // COS numbers its answers, errors among them. What a proxy answers in its place is as good as no answer.
  const isAnswer = typeof statusCode === 'number' && statusCode > 0 && RequestId !== undefined;
  const isNamed = isAnswer && typeof code === 'string' && /^[A-Z][A-Za-z]+$/.test(code) && !/^E[A-Z]+$/.test(code);
  const named = isNamed ? String(code) : `Http${statusCode}`;
  return new CallFailure(
    {
      product: 'cos',
      action,
      subject,
      code: isAnswer ? (Number(statusCode) >= 500 ? `InternalError.${named}` : named) : 'Network',
      message: String(message),
      requestId: RequestId === undefined ? undefined : String(RequestId),
    },
    error,
  );
}

import { CosError } from './error.ts';
import { listPage } from './listing.ts';
import { type Bucket, conditionOf, objectOf, putObject, rangeOf, type StoredObject } from './objects.ts';
import type { CosRequest } from './request.ts';
import { element, text, textsOf } from './xml.ts';

/** What is answered: XML as a string, an object's bytes as a buffer. */
export interface CosAnswer {
  status: number;
  headers: Record<string, string>;
  body?: string | Buffer;
}

/** Sub-resources of a bucket that are kept as they come; asking for one that is not there is a 404 of its own. */
const subResources: Record<string, { name: string; absent: string }> = {
  website: { name: 'BucketWebsite', absent: 'NoSuchWebsiteConfiguration' },
  cors: { name: 'BucketCors', absent: 'NoSuchCORSConfiguration' },
  policy: { name: 'BucketPolicy', absent: 'NoSuchBucketPolicy' },
  tagging: { name: 'BucketTagging', absent: 'NoSuchTagSet' },
  lifecycle: { name: 'BucketLifecycle', absent: 'NoSuchLifecycleConfiguration' },
  domain: { name: 'BucketDomain', absent: 'DomainConfigNotFoundError' },
  acl: { name: 'BucketAcl', absent: '' },
};

/** The operation's name, as the SDK calls it. */
export function operationOf({ method, bucket, key, query }: CosRequest): string {
  if (bucket === undefined) return 'GetService';
  if (key !== '')
    return `${method === 'GET' ? 'Get' : method === 'PUT' ? 'Put' : method === 'HEAD' ? 'Head' : 'Delete'}Object`;
  if (method === 'POST' && query.has('delete')) return 'DeleteMultipleObject';
  const verb = { GET: 'Get', PUT: 'Put', HEAD: 'Head', DELETE: 'Delete' }[method] ?? method;
  return verb + (subResources[subResourceOf(query) ?? '']?.name ?? 'Bucket');
}

/** Makes object storage without buckets. */
export function createBuckets() {
  const all = new Map<string, Bucket>();

  function bucketOf(name: string): Bucket {
    const bucket = all.get(name);
    if (bucket === undefined) throw new CosError(404, 'NoSuchBucket', 'The specified bucket does not exist.');
    return bucket;
  }

  function onBucket(asked: CosRequest & { bucket: string }, body: Buffer): CosAnswer {
    const { method, bucket: name, query, headers } = asked;
    if (method === 'PUT') return create(all, name, headers.get('x-cos-acl'));
    const bucket = bucketOf(name);
    if (method === 'HEAD') return { status: 200, headers: {} };
    if (method === 'GET') return { status: 200, headers: {}, body: listPage(name, bucket.objects, query) };
    if (method === 'POST' && query.has('delete')) return deleteMany(bucket, body.toString());
    if (method !== 'DELETE') throw new CosError(405, 'MethodNotAllowed', 'The method is not allowed.');
    if (bucket.objects.size > 0)
      throw new CosError(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty.');
    all.delete(name);
    return { status: 204, headers: {} };
  }

  function run(asked: CosRequest, body: Buffer, isSigned: boolean): CosAnswer {
    const { bucket: name, key, method, query } = asked;
    if (name === undefined) {
      mustBeSigned(isSigned);
      return { status: 200, headers: {}, body: serviceXml(all) };
    }
    const setting = key === '' ? subResourceOf(query) : undefined;
    const isCustomDomain = ofDomain(asked.host) === name;
    if (isCustomDomain && !isSigned) return page(bucketOf(name), asked);
    if (key === '') {
      mustBeSigned(isSigned);
      if (setting === undefined) return onBucket({ ...asked, bucket: name }, body);
      if (setting === 'acl') return onAcl(bucketOf(name), asked);
      return onSetting(bucketOf(name), setting, method, body.toString());
    }
    const bucket = bucketOf(name);
    const isPublicRead =
      (method === 'GET' || method === 'HEAD') && (bucket.isPublic || bucket.objects.get(key)?.isPublic);
    if (isPublicRead !== true) mustBeSigned(isSigned);
    return onObject(bucket, asked, body, isCustomDomain);
  }

  /** The bucket that a custom domain was tied to with `PutBucketDomain`. */
  function ofDomain(host: string): string | undefined {
    return [...all].find(([, { settings }]) => textsOf(settings.get('domain') ?? '', 'Name').includes(host))?.[0];
  }

  return { all, run, ofDomain };
}

function create(all: Map<string, Bucket>, name: string, acl: string | undefined): CosAnswer {
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?-\d{6,}$/.test(name) || name.length > 60) {
    throw new CosError(400, 'InvalidBucketName', 'The specified bucket is not valid.');
  }
  if (all.has(name)) throw new CosError(409, 'BucketAlreadyOwnedByYou', 'The bucket is yours already.');
  all.set(name, { objects: new Map(), settings: new Map(), isPublic: isPublicRead(acl) });
  return { status: 200, headers: {} };
}

/** What an ACL says of reading; without one a bucket is private. @throws CosError for what is no ACL */
function isPublicRead(acl = 'private'): boolean {
  if (!['private', 'public-read', 'public-read-write', 'authenticated-read'].includes(acl))
    throw new CosError(400, 'InvalidArgument', 'The ACL is not valid.');
  return acl.startsWith('public-read');
}

/** Who may do what with a bucket: its owner everything, others what the ACL in the header said (436/7733, 436/7737). */
function onAcl(bucket: Bucket, { method, headers }: CosRequest): CosAnswer {
  if (method === 'PUT') {
    const acl = headers.get('x-cos-acl');
    if (acl === undefined) throw new CosError(400, 'MissingSecurityHeader', 'Your request is missing an ACL.');
    bucket.isPublic = isPublicRead(acl);
    return { status: 200, headers: {} };
  }
  if (method !== 'GET') throw new CosError(405, 'MethodNotAllowed', 'The method is not allowed.');
  const owner = element('ID', 'qcs::cam::uin/1250000000:uin/1250000000');
  const grant = (grantee: string, permission: string) =>
    element('Grant', [element('Grantee', grantee), element('Permission', permission)]);
  const everybody = element('URI', 'http://cam.qcloud.com/groups/global/AllUsers');
  const grants = [grant(owner, 'FULL_CONTROL'), ...(bucket.isPublic ? [grant(everybody, 'READ')] : [])];
  const policy = [element('Owner', owner), element('AccessControlList', grants)];
  return { status: 200, headers: {}, body: element('AccessControlPolicy', policy) };
}

function onObject(bucket: Bucket, asked: CosRequest, body: Buffer, isCustomDomain: boolean): CosAnswer {
  switch (asked.method) {
    case 'PUT':
      return { status: 200, headers: { etag: putObject(bucket, asked, body).etag } };
    case 'GET':
    case 'HEAD':
      return read(objectOf(bucket, asked.key), asked, isCustomDomain);
    case 'DELETE':
      bucket.objects.delete(asked.key);
      return { status: 204, headers: {} };
    default:
      throw new CosError(405, 'MethodNotAllowed', 'The method is not allowed.');
  }
}

function read(object: StoredObject, asked: CosRequest, isCustomDomain: boolean): CosAnswer {
  const download = { 'content-disposition': 'attachment', 'x-cos-force-download': 'true' };
  const headers = {
    'content-type': 'application/octet-stream',
    ...object.headers,
    ...(isCustomDomain ? {} : download),
    etag: object.etag,
    'last-modified': object.modifiedAt.toUTCString(),
    'accept-ranges': 'bytes',
  };
  if (conditionOf(object, asked) === 304) return { status: 304, headers };
  const range = rangeOf(object, asked);
  if (asked.method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': String(object.body.length) } };
  if (range === undefined) return { status: 200, headers, body: object.body };
  const { from, to } = range;
  const said = { ...headers, 'content-range': `bytes ${from}-${to}/${object.body.length}` };
  return { status: 206, headers: said, body: object.body.subarray(from, to + 1) };
}

/** A page of a website on a custom domain: shown, not downloaded, with the index document. */
function page(bucket: Bucket, asked: CosRequest): CosAnswer {
  const [suffix = 'index.html'] = textsOf(bucket.settings.get('website') ?? '', 'Suffix');
  const key = asked.key === '' || asked.key.endsWith('/') ? asked.key + suffix : asked.key;
  if (asked.method !== 'GET' && asked.method !== 'HEAD') mustBeSigned(false);
  if (!bucket.isPublic && bucket.objects.get(key)?.isPublic !== true) mustBeSigned(false);
  return read(objectOf(bucket, key), asked, true);
}

function onSetting(bucket: Bucket, setting: string, method: string, body: string): CosAnswer {
  const kept = bucket.settings.get(setting);
  if (method === 'PUT' && setting === 'website') checkWebsite(body);
  if (method === 'PUT') bucket.settings.set(setting, body);
  if (method === 'PUT') return { status: 200, headers: {} };
  if (method === 'DELETE') bucket.settings.delete(setting);
  if (method === 'DELETE') return { status: 204, headers: {} };
  if (kept === undefined) throw new CosError(404, subResources[setting]?.absent ?? 'NoSuchKey', 'There is none.');
  return { status: 200, headers: {}, body: kept.replace(/^<\?xml[^>]*\?>\s*/, '') };
}

/** A website has an index document, a name without folders before it (436/31930). @throws CosError */
function checkWebsite(xml: string): void {
  const [suffix = ''] = textsOf(xml, 'Suffix');
  if (suffix === '' || suffix.includes('/'))
    throw new CosError(400, 'InvalidArgument', 'The suffix of the index document is not valid.');
}

function deleteMany(bucket: Bucket, xml: string): CosAnswer {
  const keys = textsOf(xml, 'Key');
  if (keys.length === 0 || keys.length > 1000)
    throw new CosError(400, 'MalformedXML', 'One to 1000 keys can be deleted.');
  for (const key of keys) bucket.objects.delete(key);
  const isQuiet = textsOf(xml, 'Quiet')[0] === 'true';
  const deleted = isQuiet ? [] : keys.map(key => element('Deleted', element('Key', text(key))));
  return { status: 200, headers: {}, body: element('DeleteResult', deleted) };
}

function serviceXml(all: ReadonlyMap<string, Bucket>): string {
  const each = [...all.keys()].map(name =>
    element('Bucket', [element('Name', name), element('Location', 'ap-guangzhou')]),
  );
  return element('ListAllMyBucketsResult', element('Buckets', each));
}

function subResourceOf(query: ReadonlyMap<string, string>): string | undefined {
  return Object.keys(subResources).find(name => query.has(name));
}

function mustBeSigned(isSigned: boolean): void {
  if (!isSigned) throw new CosError(403, 'AccessDenied', 'Access Denied.');
}

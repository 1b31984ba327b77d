import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import COS from 'cos-nodejs-sdk-v5';
import { type Cos, startCos } from './cos.ts';

const secretId = 'AKIDthisisatest';
const secretKey = 'a-secret-key-of-tests';
const Bucket = 'pages-1250000000';
const Region = 'ap-guangzhou';

let cos: Cos;

beforeEach(async () => {
  cos = await startCos({ secretId, secretKey });
});
afterEach(() => cos.close());

function client(SecretId = secretId, SecretKey = secretKey): COS {
  return new COS({ SecretId, SecretKey, Protocol: 'http:', Ip: cos.address });
}

async function withBucket(): Promise<COS> {
  const sdk = client();
  await sdk.putBucket({ Bucket, Region });
  return sdk;
}

describe('objects', () => {
  test('come back as they were put, whatever their key', async () => {
    const sdk = await withBucket();
    const Key = "a b/ü+%&=!'()*~点心.json";
    const put = await sdk.putObject({ Bucket, Region, Key, Body: 'hello', ContentType: 'application/json' });
    const got = await sdk.getObject({ Bucket, Region, Key });
    expect(got.Body.toString()).toBe('hello');
    expect(got.ETag).toBe(put.ETag);
    expect(got.headers).toMatchObject({ 'content-type': 'application/json' });
    expect((await sdk.headObject({ Bucket, Region, Key })).headers).toMatchObject({ 'content-length': '5' });
  });

  test('are downloaded, not shown, on the default domain', async () => {
    const sdk = await withBucket();
    await sdk.putObject({
      Bucket,
      Region,
      Key: 'order.html',
      Body: '<p>',
      ContentType: 'text/html',
      ACL: 'public-read',
    });
    const answer = await fetch(`${cos.url}/${Bucket}/order.html`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toBe('attachment');
  });

  test('are shown on a domain of their own', async () => {
    const sdk = await withBucket();
    await sdk.putObject({
      Bucket,
      Region,
      Key: 'index.html',
      Body: '<p>',
      ContentType: 'text/html',
      ACL: 'public-read',
    });
    const rule = { Status: 'ENABLED', Name: 'localhost', Type: 'WEBSITE' } as const;
    await sdk.putBucketDomain({ Bucket, Region, DomainRule: [rule] });
    const answer = await fetch(`${cos.url.replace('127.0.0.1', 'localhost')}/`);
    expect(await answer.text()).toBe('<p>');
    expect(answer.headers.get('content-disposition')).toBeNull();
  });

  test('that are not public are refused to who does not sign', async () => {
    const sdk = await withBucket();
    await sdk.putObject({ Bucket, Region, Key: 'secret', Body: 'x' });
    expect((await fetch(`${cos.url}/${Bucket}/secret`)).status).toBe(403);
  });

  test('can be read with a link', async () => {
    const sdk = await withBucket();
    await sdk.putObject({ Bucket, Region, Key: 'a b', Body: 'x' });
    const link = new URL(sdk.getObjectUrl({ Bucket, Region, Key: 'a b', Sign: true }, () => {}));
    const get = (path: string) => rawGet(path + link.search, { host: link.host });
    expect(await get('/a%20b')).toEqual({ status: 200, body: 'x' });
    expect((await get('/other')).status).toBe(403);
  });

  test('that are gone are 404, and deleting them again is fine', async () => {
    const sdk = await withBucket();
    await expect(sdk.getObject({ Bucket, Region, Key: 'none' })).rejects.toMatchObject({
      statusCode: 404,
      code: 'NoSuchKey',
    });
    await expect(sdk.headObject({ Bucket, Region, Key: 'none' })).rejects.toMatchObject({ statusCode: 404 });
    expect((await sdk.deleteObject({ Bucket, Region, Key: 'none' })).statusCode).toBe(204);
  });

  test('answer conditions', async () => {
    const sdk = await withBucket();
    const { ETag } = await sdk.putObject({ Bucket, Region, Key: 'k', Body: 'x' });
    const get = (headers: COS.GetObjectParams) => sdk.getObject({ ...headers });
    const base = { Bucket, Region, Key: 'k' };
    await expect(get({ ...base, IfNoneMatch: ETag })).rejects.toMatchObject({ statusCode: 304 });
    await expect(get({ ...base, IfMatch: '"other"' })).rejects.toMatchObject({ statusCode: 412 });
    expect((await get({ ...base, IfMatch: ETag })).Body.toString()).toBe('x');
    expect((await get({ ...base, Range: 'bytes=0-0' })).statusCode).toBe(206);
  });

  test('are not overwritten when that is forbidden', async () => {
    const sdk = await withBucket();
    const put = (Body: string) =>
      sdk.putObject({ Bucket, Region, Key: 'k', Body, Headers: { 'x-cos-forbid-overwrite': 'true' } });
    await put('first');
    await expect(put('second')).rejects.toMatchObject({ statusCode: 409, code: 'FileAlreadyExists' });
    expect((await sdk.getObject({ Bucket, Region, Key: 'k' })).Body.toString()).toBe('first');
  });
});

describe('signatures', () => {
  test('of a wrong key are refused', async () => {
    await expect(client(secretId, 'wrong').putBucket({ Bucket, Region })).rejects.toMatchObject({
      statusCode: 403,
      code: 'SignatureDoesNotMatch',
    });
    expect(cos.buckets.size).toBe(0);
  });

  test('of an unknown id are refused', async () => {
    const stranger = client('AKIDstranger');
    await expect(stranger.putBucket({ Bucket, Region })).rejects.toMatchObject({ code: 'InvalidAccessKeyId' });
  });

  test('expire', async () => {
    const sdk = await withBucket();
    const old = Math.floor(Date.now() / 1000) - 1000;
    const Authorization = COS.getAuthorization({
      SecretId: secretId,
      SecretKey: secretKey,
      Method: 'get',
      Key: `${Bucket}/k`,
      KeyTime: `${old};${old + 1}`,
    } as COS.StaticGetAuthorizationOptions);
    await sdk.putObject({ Bucket, Region, Key: 'k', Body: 'x' });
    expect((await fetch(`${cos.url}/${Bucket}/k`, { headers: { Authorization } })).status).toBe(403);
  });
});

describe('listing', () => {
  test('comes in pages, in the order of the bytes', async () => {
    const sdk = await withBucket();
    for (const Key of ['b', 'a/1', 'a/2', 'Z', 'é']) await sdk.putObject({ Bucket, Region, Key, Body: 'x' });
    const first = await sdk.getBucket({ Bucket, Region, MaxKeys: 2 });
    expect(first.Contents.map(each => each.Key)).toEqual(['Z', 'a/1']);
    expect(first).toMatchObject({ IsTruncated: 'true', NextMarker: 'a/1' });
    const second = await sdk.getBucket({ Bucket, Region, MaxKeys: 1000, Marker: 'a/1' });
    expect(second.Contents.map(each => each.Key)).toEqual(['a/2', 'b', 'é']);
    expect(second.IsTruncated).toBe('false');
  });

  test('folds what lies below a delimiter', async () => {
    const sdk = await withBucket();
    for (const Key of ['p/a/1', 'p/a/2', 'p/b', 'q']) await sdk.putObject({ Bucket, Region, Key, Body: 'x' });
    const page = await sdk.getBucket({ Bucket, Region, Prefix: 'p/', Delimiter: '/' });
    expect(page.Contents.map(each => each.Key)).toEqual(['p/b']);
    expect(page.CommonPrefixes.map(each => each.Prefix)).toEqual(['p/a/']);
  });

  test('never holds more than 1000', async () => {
    const sdk = await withBucket();
    const bucket = cos.buckets.get(Bucket);
    await sdk.putObject({ Bucket, Region, Key: 'x', Body: 'x' });
    const object = bucket?.objects.get('x');
    for (let i = 0; i < 1500; i++) if (object) bucket?.objects.set(`n${i}`, object);
    const page = await sdk.getBucket({ Bucket, Region, MaxKeys: 5000 });
    expect(page.Contents).toHaveLength(1000);
  });
});

describe('buckets', () => {
  test('are deleted only when empty', async () => {
    const sdk = await withBucket();
    await sdk.putObject({ Bucket, Region, Key: 'k&<1>', Body: 'x' });
    await expect(sdk.deleteBucket({ Bucket, Region })).rejects.toMatchObject({ code: 'BucketNotEmpty' });
    await sdk.deleteMultipleObject({ Bucket, Region, Objects: [{ Key: 'k&<1>' }] });
    await sdk.deleteBucket({ Bucket, Region });
    await expect(sdk.headBucket({ Bucket, Region })).rejects.toMatchObject({ statusCode: 404 });
  });

  test('need a good name', async () => {
    await expect(client().putBucket({ Bucket: `${'a'.repeat(60)}-1250000000`, Region })).rejects.toMatchObject({
      code: 'InvalidBucketName',
    });
  });

  test('keep their website', async () => {
    const sdk = await withBucket();
    expect((await sdk.getBucketWebsite({ Bucket, Region })).statusCode).toBe(404);
    await sdk.putBucketWebsite({ Bucket, Region, WebsiteConfiguration: { IndexDocument: { Suffix: 'order.html' } } });
    const { WebsiteConfiguration } = await sdk.getBucketWebsite({ Bucket, Region });
    expect(WebsiteConfiguration.IndexDocument.Suffix).toBe('order.html');
  });
});

describe('settings of buckets', () => {
  test('that COS does not take are refused', async () => {
    const sdk = await withBucket();
    const website = (Suffix: string) =>
      sdk.putBucketWebsite({ Bucket, Region, WebsiteConfiguration: { IndexDocument: { Suffix } } });
    await expect(website('a/index.html')).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(sdk.putBucketAcl({ Bucket, Region, ACL: 'public' as 'private' })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
    await expect(sdk.putBucketAcl({ Bucket, Region })).rejects.toMatchObject({ code: 'MissingSecurityHeader' });
  });

  test('say who may read, and hold at once', async () => {
    const sdk = await withBucket();
    await sdk.putObject({ Bucket, Region, Key: 'k', Body: 'x' });
    const status = async () => (await fetch(`${cos.url}/${Bucket}/k`)).status;
    expect([(await sdk.getBucketAcl({ Bucket, Region })).ACL, await status()]).toEqual(['private', 403]);
    await sdk.putBucketAcl({ Bucket, Region, ACL: 'public-read' });
    expect([(await sdk.getBucketAcl({ Bucket, Region })).ACL, await status()]).toEqual(['public-read', 200]);
  });
});

describe('faults', () => {
  test('refuse a call with any code', async () => {
    const sdk = await withBucket();
    cos.faults.add({ action: 'PutObject', code: 'SlowDown', status: 429 });
    const put = () => sdk.putObject({ Bucket, Region, Key: 'k', Body: 'x' });
    await expect(put()).rejects.toMatchObject({ code: 'SlowDown', statusCode: 429 });
    await put();
    expect(cos.faults.calls.map(({ action, code }) => [action, code])).toEqual([
      ['PutBucket', undefined],
      ['PutObject', 'SlowDown'],
      ['PutObject', undefined],
    ]);
  });

  test('cut the connection after the effect', async () => {
    const sdk = await withBucket();
    cos.faults.add({ action: 'PutObject', times: Number.POSITIVE_INFINITY, cut: 'after' });
    await expect(sdk.putObject({ Bucket, Region, Key: 'k', Body: 'x' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(cos.buckets.get(Bucket)?.objects.has('k')).toBe(true);
  });
});

/** A GET with a host of its own, which `fetch` does not allow. */
async function rawGet(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; body: string }> {
  const request = get({ host: '127.0.0.1', port: new URL(cos.url).port, path, headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

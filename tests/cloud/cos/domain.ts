import { createServer } from 'node:http';
import { listen, stop } from '../../support/listen.ts';
import type { Bucket } from './objects.ts';
import { textsOf } from './xml.ts';

/**
 * Opens a custom domain of a bucket, on a port of its own: its objects are shown, not downloaded, whoever asks, as a
 * domain with a public bucket or a signing CDN behind it does.
 */
export async function openBucketDomain(
  bucket: () => Bucket | undefined,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { objects, settings } = bucket() ?? { objects: new Map(), settings: new Map<string, string>() };
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1);
    const [suffix = 'index.html'] = textsOf(settings.get('website') ?? '', 'Suffix');
    const object = objects.get(path === '' ? suffix : path);
    if (object === undefined) return response.writeHead(404).end();
    response.writeHead(200, { ...object.headers, etag: object.etag, 'content-length': object.body.length });
    response.end(request.method === 'HEAD' ? undefined : object.body);
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, close: () => stop(server) };
}

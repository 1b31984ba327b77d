import { promisify } from 'node:util';
import yauzl from 'yauzl';
import { hashOfFiles, type PackageFile, zipOf } from '../../scripts/tencent/service/zip.ts';

const bootstrap: PackageFile = { path: 'scf_bootstrap', bytes: Buffer.from('#!/bin/bash\n'), executable: true };
const index: PackageFile = { path: 'index.js', bytes: Buffer.from('exports.main_handler = 1;') };
const page: PackageFile = { path: 'web/order.html', bytes: Buffer.from('<!doctype html>') };

describe('a package', () => {
  it('has the same bytes for the same files, in whatever order they were read', async () => {
    const [one, other] = [
      [bootstrap, index, page],
      [page, index, bootstrap],
    ];
    expect((await zipOf(one)).equals(await zipOf(other))).toBe(true);
    expect(hashOfFiles(one)).toBe(hashOfFiles(other));
  });

  it('has the same bytes in every time zone', async () => {
    const zone = process.env.TZ;
    const zips = [];
    for (const each of ['Asia/Shanghai', 'America/New_York']) {
      process.env.TZ = each;
      zips.push(await zipOf([index]));
    }
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(zips[0]?.equals(zips[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it.each([
    ['a content', { ...index, bytes: Buffer.from('other') }],
    ['a name', { ...index, path: 'index.mjs' }],
    ['a mode', { ...index, executable: true }],
  ])('has another hash when %s differs', (_, changed) => {
    expect(hashOfFiles([changed, page])).not.toBe(hashOfFiles([index, page]));
  });

  it('keeps paths, contents and the right to be run', async () => {
    expect(await entriesOf(await zipOf([bootstrap, page]))).toEqual([
      { path: 'scf_bootstrap', mode: 0o755, text: '#!/bin/bash\n' },
      { path: 'web/order.html', mode: 0o644, text: '<!doctype html>' },
    ]);
  });
});

async function entriesOf(bytes: Buffer): Promise<{ path: string; mode: number; text: string }[]> {
  const zip = await promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer)(bytes, { lazyEntries: true });
  const entries: { path: string; mode: number; text: string }[] = [];
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: yauzl.Entry) => {
      zip.openReadStream(entry, async (error, stream) => {
        if (error) return reject(error);
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const mode = (entry.externalFileAttributes >>> 16) & 0o777;
        entries.push({ path: entry.fileName, mode, text: Buffer.concat(chunks).toString() });
        zip.readEntry();
      });
    });
    zip.readEntry();
  });
}

import COS from 'cos-nodejs-sdk-v5';
import type { Cloud } from '../cloud/cloud.ts';
import { type ForeignService, type Installed, installPlugin, startForeign } from './foreign.ts';

let installed: Installed;
beforeAll(async () => {
  installed = await installPlugin();
});
afterAll(() => installed.remove());

const site = 'site-1250000000';
const store = 'store-1250000000';
const listKey = '.sls-deployment';

const serviceWith = (buckets: string) => `service: files
frameworkVersion: '4'
plugins: [osls-provider-tencent]
provider:
  name: tencent
  region: ap-guangzhou
  runtime: Nodejs20.19
${buckets === '' ? '' : `  buckets:\n${buckets}`}functions:
  hello: { handler: index.hello, folder: code }
`;
const siteOf = (more = 'acl: public-read, website: { error: 404.html }') =>
  `    site: { name: ${site}, folder: public, ${more} }\n`;
const both = `${siteOf()}    store: { name: ${store} }\n`;
const files = {
  'serverless.yml': serviceWith(both),
  'code/index.js': 'exports.hello = async () => 1;\n',
  'public/index.html': '<h1>hello</h1>',
  'public/404.html': 'not here',
  'public/img/a.png': 'picture',
  'public/.env': 'PASSWORD=of nobody else',
};

async function within(work: (world: ForeignService) => Promise<void>, given: Record<string, string> = files) {
  const world = await startForeign(installed, given);
  try {
    await work(world);
  } finally {
    await world.end();
  }
}

const keysIn = ({ buckets }: Cloud, bucket: string) => [...(buckets.get(bucket)?.objects.keys() ?? [])].toSorted();

/** What a function, or somebody by hand, does with a bucket. */
function sdkOf({ env, cosUrl }: Cloud) {
  const sdk = new COS({
    SecretId: env.TENCENT_SECRET_ID ?? '',
    SecretKey: env.TENCENT_SECRET_KEY ?? '',
    Protocol: 'http:',
    Ip: new URL(cosUrl).host,
  });
  const at = (Bucket: string) => ({ Bucket, Region: 'ap-guangzhou' });
  return {
    make: (bucket: string) => sdk.putBucket(at(bucket)),
    put: (bucket: string, Key: string) => sdk.putObject({ ...at(bucket), Key, Body: 'of somebody else' }),
    tag: (bucket: string) => sdk.putBucketTagging({ ...at(bucket), Tags: [{ Key: 'team', Value: 'other' }] }),
  };
}

describe('12: buckets of anybody’s service', () => {
  it('are made with their files, changed, and removed with the stage', async () => {
    await within(async world => {
      const { cloud } = world;
      const first = await world.sls('deploy');
      expect(first).toMatchObject({ status: 0, output: expect.not.stringContaining('Error') });
      expect(first.stderr).toContain(`bucket ${site} got 3 files`);
      expect(first.stdout).toContain(`site https://${site}.cos-website.ap-guangzhou.myqcloud.com`);
      expect(keysIn(cloud, site)).toEqual([listKey, '404.html', 'img/a.png', 'index.html']);
      expect(keysIn(cloud, store)).toEqual([]);
      expect((await fetch(`${cloud.cosUrl}/${site}/index.html`)).headers.get('content-type')).toMatch(/^text\/html/);
      // Functions get nothing that they have not asked for.
      expect(cloud.functionOf('files-dev-hello').settings.environment).toEqual({});

      world.changes();
      expect((await world.sls('deploy')).stderr).toContain('nothing to change');
      expect(world.changes()).toEqual([]);

      await sdkOf(cloud).put(site, 'uploads/1');
      world.write('public/index.html', '<h1>good morning</h1>');
      world.write('public/new.html', 'new');
      world.write('serverless.yml', serviceWith(both.replace('404.html', 'new.html')));
      expect((await world.sls('deploy')).stderr).toMatch(/got 2 files\n[\s\S]*serves a website with index\.html/);
      expect(keysIn(cloud, site)).toEqual([listKey, '404.html', 'img/a.png', 'index.html', 'new.html', 'uploads/1']);

      // Without a folder what the stage put there goes, and nothing else.
      world.write('serverless.yml', serviceWith(`    site: { name: ${site} }\n    store: { name: ${store} }\n`));
      const { stderr } = await world.sls('deploy');
      expect(stderr).toMatch(/is private now\n[\s\S]*lost 4 old files\n[\s\S]*is no website any more/);
      expect(keysIn(cloud, site)).toEqual([listKey, 'uploads/1']);
      expect((await fetch(`${cloud.cosUrl}/${site}/uploads/1`)).status).toBe(403);

      const removed = await world.sls('remove', '--force');
      for (const bucket of [site, store]) expect(removed.stderr).toContain(`bucket ${bucket} emptied and removed`);
      expect(cloud.isEmpty()).toBe(true);
      expect((await world.sls('remove', '--force')).stderr).toContain('stage dev has nothing to remove');
    });
  });

  it('are private unless it is said', async () => {
    await within(
      async world => {
        expect((await world.sls('deploy')).status).toBe(0);
        expect((await fetch(`${world.cloud.cosUrl}/${site}/index.html`)).status).toBe(403);
        expect((await fetch(`${world.cloud.cosUrl}/${site}`)).status).toBe(403);
      },
      { ...files, 'serverless.yml': serviceWith(`    site: { name: ${site}, folder: public }\n`) },
    );
  });

  it('may hold more than 1,000 files', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1100 }, (_, index) => [`public/data/${index}.json`, `${index}`]),
    );
    await within(
      async world => {
        expect((await world.sls('deploy')).stderr).toContain('got 1103 files');
        world.changes();
        expect((await world.sls('deploy')).stderr).toContain('nothing to change');
        expect(world.changes()).toEqual([]);
        world.write('other/index.html', 'alone');
        world.write('serverless.yml', serviceWith(siteOf().replace('folder: public', 'folder: other')));
        expect((await world.sls('deploy')).stderr).toContain('lost 1102 old files');
        expect(keysIn(world.cloud, site)).toEqual([listKey, 'index.html']);
      },
      { ...files, ...many, 'serverless.yml': serviceWith(siteOf()) },
    );
  });

  it.each<[what: string, make: (sdk: ReturnType<typeof sdkOf>) => Promise<unknown>]>([
    ['with something in it', sdk => sdk.put(site, 'theirs')],
    ['with a tag', sdk => sdk.tag(site)],
  ])('of somebody else, %s, are refused before anything is changed, and not removed', async (_, make) => {
    await within(async world => {
      const sdk = sdkOf(world.cloud);
      await sdk.make(site);
      await make(sdk);
      const before = keysIn(world.cloud, site);
      world.changes();
      const refused = await world.sls('deploy');
      expect(refused.status).toBe(1);
      expect(refused.output).toContain(`the bucket ${site} holds something that this stage did not put there`);
      expect((await world.sls('remove', '--force')).stderr).toContain(
        `bucket ${site} is not there, or not this stage's`,
      );
      expect(world.changes()).toEqual([]);
      expect(keysIn(world.cloud, site)).toEqual(before);
    });
  });

  it('of another stage are refused', async () => {
    await within(async world => {
      expect((await world.sls('deploy')).status).toBe(0);
      expect((await world.sls('deploy', '--stage', 'other')).output).toContain('nothing of it was changed');
      await world.sls('remove', '--force', '--stage', 'other');
      expect(keysIn(world.cloud, site)).toContain('index.html');
    });
  });

  it.each([
    'PutBucketTagging',
    'PutObject',
    'PutBucketWebsite',
  ])('that are half made when %s fails are finished by the next run', async action => {
    await within(async world => {
      world.cloud.faults.add({ action, code: 'AccessDenied', status: 403 });
      const failed = await world.sls('deploy');
      expect(failed.status).toBe(1);
      expect(failed.output).toContain(action.replace(/^./, letter => letter.toLowerCase()));
      expect((await world.sls('deploy')).status).toBe(0);
      expect(keysIn(world.cloud, site)).toEqual([listKey, '404.html', 'img/a.png', 'index.html']);
      world.changes();
      expect((await world.sls('deploy')).stderr).toContain('nothing to change');
      expect(world.changes()).toEqual([]);
    });
  });

  it('whose old files could not be removed lose them with the next run', async () => {
    await within(async world => {
      await world.sls('deploy');
      world.write('serverless.yml', serviceWith(both.replace('folder: public, ', '')));
      world.cloud.faults.add({ action: 'DeleteMultipleObject', code: 'AccessDenied', status: 403 });
      expect((await world.sls('deploy')).status).toBe(1);
      expect((await world.sls('deploy')).stderr).toContain('lost 3 old files');
      expect(keysIn(world.cloud, site)).toEqual([listKey]);
    });
  });
});

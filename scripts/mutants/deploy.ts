import { change, type Mutant } from './mutant.ts';

const PLAIN_SETTINGS = 'scripts/tencent/plain/settings.ts';
const PLAIN_SUITE = 'tests/deploy/plain-settings.test.ts';
const BUCKET_SUITE = 'tests/deploy/buckets.test.ts';
const CONVERT_SUITE = 'tests/deploy/convert.test.ts';

/** What can be wrong in the deployment of other people's services. */
export const deployMutants: Mutant[] = [
  {
    name: 'a gateway with many instances that do not know of each other',
    changes: change(PLAIN_SETTINGS, 'concurrency: isAlone ? 1 : undefined', 'concurrency: undefined'),
    suite: PLAIN_SUITE,
    test: 'to one instance',
  },
  {
    name: 'a function behind two WebSockets',
    changes: change(PLAIN_SETTINGS, 'if (of.length > 1)', 'if (of.length > 2)'),
    suite: PLAIN_SUITE,
    test: 'behind two WebSockets',
  },
  {
    name: 'a function that is told where another WebSocket is pushed to',
    changes: change(
      'scripts/tencent/plain/variables.ts',
      'websockets.length === 1 ? websockets[0] : undefined',
      'websockets[0]',
    ),
    suite: PLAIN_SUITE,
    test: 'each where its own pushes go',
  },
  {
    name: 'a bucket of somebody else that is taken because it is empty',
    changes: change('scripts/tencent/resources/bucket.ts', 'tags.length === 0 && (await', '(await'),
    suite: BUCKET_SUITE,
    test: 'with a tag, are refused',
  },
  {
    name: 'a bucket of another stage that is removed',
    changes: change(
      'scripts/tencent/resources/bucket.ts',
      'if (ownerIn((await tagsOf(cos)) ?? []) !== deployment) return false;',
      '',
    ),
    suite: BUCKET_SUITE,
    test: 'of another stage are refused',
  },
  {
    name: 'a deployment that removes what functions have put into a bucket',
    changes: change('scripts/tencent/resources/listed-files.ts', '[...before].filter', '[...there.keys()].filter'),
    suite: BUCKET_SUITE,
    test: 'are made with their files',
  },
  {
    name: 'a deployment that forgets files because it was interrupted',
    changes: change('scripts/tencent/resources/listed-files.ts', 'new Set([...before, ...wanted])', 'new Set(wanted)'),
    suite: BUCKET_SUITE,
    test: 'whose old files could not be removed',
  },
  {
    name: 'a list of a bucket that ends after its first page',
    changes: change('scripts/tencent/resources/bucket-files.ts', "String(IsTruncated) === 'true'", 'false'),
    suite: BUCKET_SUITE,
    test: 'more than 1,000 files',
  },
  {
    name: 'a secret of a file of components in the new one',
    changes: change('scripts/tencent/convert/function.ts', 'isSecretValue(name, text)', 'false'),
    suite: CONVERT_SUITE,
    test: 'never writes or says a secret',
  },
  {
    name: 'a key of an account that is said',
    changes: change('scripts/tencent/convert/secrets.ts', "text.replaceAll(accountKey, '********')", 'text'),
    suite: CONVERT_SUITE,
    test: 'never writes or says a secret',
  },
  {
    name: 'a timer of five fields that runs every second',
    changes: change('scripts/tencent/convert/function.ts', "['0', ...fields, '*']", "['*', ...fields, '*']"),
    suite: CONVERT_SUITE,
    test: 'five fields',
  },
];

import { change, type Mutant } from './mutant.ts';

const PLAIN_SETTINGS = 'scripts/tencent/plain/settings.ts';
const PLAIN_SUITE = 'tests/deploy/plain-settings.test.ts';
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

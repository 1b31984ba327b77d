import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readSettings } from '../../scripts/ordering/settings.ts';
import { sharedNames, variablesOf } from '../../scripts/ordering/variables.ts';
import type { Serverless } from '../../scripts/tencent/service/serverless.ts';
import { root } from '../support/sources.ts';

const secrets = /"((?:RUNTIME_)?DATABASE_URL|REDIS_URL|SEND_BACK_URL|[A-Z_]*SECRET[A-Z_]*)"/g;

/** What a file of variables names of them. */
const secretsAmong = (variables: object) =>
  Object.keys(variables)
    .filter(name => `"${name}"`.match(secrets))
    .sort();

/** The secrets that files of `dist` read: nothing is bundled that is not used. */
function readBy(...files: string[]): string[] {
  const code = files.map(file => readFileSync(path.join(root, 'dist', file), 'utf8')).join('\n');
  return [...new Set([...code.matchAll(secrets)].map(([, variable = '']) => variable))].sort();
}

/** CloudFormation has tags of its own. */
const ofFile = (file: string) => parse(readFileSync(path.join(root, file), 'utf8'), { merge: true, logLevel: 'error' });

describe('on Tencent Cloud', () => {
  /** The gateway has its functions beside it, and they push through it. */
  const filesOf = (name: string) =>
    name === 'gateway' ? ['gateway/index.js', 'gateway/functions.js'] : [`${name}/index.js`];
  /** Those that a deployment has. Others are for who runs a gateway alone, and are in the gateway's code too. */
  const shared = new Set(Object.values(sharedNames).flat() as string[]);

  test.each(Object.entries(sharedNames))('%s is given the secrets that it reads, and no others', (name, given) => {
    const isPushedThrough = name === 'gateway';
    const read = readBy(...filesOf(name)).filter(each => shared.has(each));
    expect([...given].sort()).toEqual(read.filter(each => !(isPushedThrough && each === 'SEND_BACK_URL')));
  });

  test.each([
    'gateway',
    'function',
  ])('with the pages by a %s, every function of serverless.yml is one of those', pages => {
    const configured = ofFile('serverless.yml');
    configured.provider.region = 'ap-guangzhou';
    configured.custom.pages = pages;
    const settings = readSettings({ service: configured } as unknown as Serverless, 'dev');
    const all = { databaseUrl: 'a', runtimeDatabaseUrl: 'b', tokenSecret: 'c', tokenSecretBefore: 'd' };
    for (const each of settings.functions) {
      const given = variablesOf(each, { ...all, redisUrl: 'e', sendBackUrl: 'f' }, settings);
      const { folder } = each;
      expect([folder, secretsAmong(given)]).toEqual([folder, [...(sharedNames[folder] ?? ['unknown'])].sort()]);
    }
  });
});

test('on AWS a function is given no secret that it does not read', () => {
  const { functions } = ofFile('serverless.aws.yml') as { functions: Record<string, Unit> };
  for (const [name, { environment, handler = '' }] of Object.entries(functions)) {
    const read = readBy(handler.replace('dist/', '').replace('.handler', '.js'));
    expect([name, secretsAmong(environment).filter(each => !read.includes(each))]).toEqual([name, []]);
  }
});

test('in containers a service is given no secret that it does not read', () => {
  const { services } = ofFile('compose.yaml') as { services: Record<string, Unit> };
  const files: Record<string, string[]> = {
    init_db: ['init_db/index.js'],
    'gateway-1': ['gateway/index.js', 'gateway/functions.js'],
    'gateway-2': ['gateway/index.js', 'gateway/functions.js'],
  };
  for (const [name, { environment = {} }] of Object.entries(services)) {
    const given = secretsAmong(environment);
    const read = files[name] === undefined ? [] : readBy(...files[name]);
    expect([name, given.filter(each => !read.includes(each))]).toEqual([name, []]);
    // Who pushes through a URL shows it there; without one nobody is to be shown it.
    const isShown = name.startsWith('gateway') || given.includes('SEND_BACK_URL');
    if (!isShown) expect([name, given]).toEqual([name, expect.not.arrayContaining(['SEND_BACK_SECRET'])]);
  }
});

interface Unit {
  environment: object;
  handler?: string;
}

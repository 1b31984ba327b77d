import type { Call, Cloud } from '../cloud.ts';
import { convergeFunction, removeFunction } from '../resources/function.ts';
import { invokeFunction } from '../resources/invoke.ts';
import { readFunction, requireDeployed } from '../resources/scf.ts';
import { convergeTriggers } from '../resources/triggers.ts';
import { deploymentId } from '../service/marks.ts';
import type { Package } from '../service/packages.ts';
import type { FunctionSettings, Settings } from '../service/settings.ts';
import { hashOfFiles, type PackageFile, zipOf } from '../service/zip.ts';
import { fetchPatiently } from './self-check.ts';

/** A call of the cloud with what came of it, without anything that is the account's own. */
export interface SeenCall {
  product: string;
  action: string;
  request: unknown;
  /** The answer, or the message of the failure. */
  answer?: unknown;
  failure?: string;
}

/** Something that a deployment relies on, and whether it is so. */
export interface Finding {
  what: string;
  isSo: boolean;
}

const service = 'websocket-order';
const stage = 'check';
const variables = { LOG_LEVEL: 'info' };

/**
 * Makes an event function and a web function in a stage of their own, calls them, changes them, and removes them again,
 * whatever happens in between. `seen` gets every call.
 */
export async function probe(cloud: Cloud, seen: SeenCall[]): Promise<Finding[]> {
  const recording = recorded(cloud, seen);
  const findings: Finding[] = [];
  const find = (what: string, isSo: boolean) => void findings.push({ what, isSo });
  try {
    await probeEventFunction(recording, find);
    await probeWebFunction(recording, find);
  } finally {
    for (const { name } of [eventFunction, webFunction]) await removeFunction(recording, name);
  }
  const left = await Promise.all([eventFunction, webFunction].map(({ name }) => readFunction(recording, name)));
  find(
    'a function that was removed is gone',
    left.every(each => each === undefined),
  );
  return findings;
}

async function probeEventFunction(cloud: Cloud, find: (what: string, isSo: boolean) => void): Promise<void> {
  const pack = packOf([{ path: 'index.js', bytes: Buffer.from(eventCode) }]);
  const made = await convergeFunction(cloud, settings, eventFunction, variables, pack);
  find('the marks in a description come back', made.marks?.code === pack.hash);
  const answer = await invokeFunction(cloud, eventFunction.name, { Type: 'Health' });
  find('an invocation gives what was returned', (answer as { body?: string }).body === 'ok');
  const urls = await convergeTriggers(cloud, eventFunction, made, ['*'], () => {});
  const response = await fetchPatiently(urls?.http ?? '');
  find('a function URL answers what the function says', response.status === 200 && (await response.text()) === 'ok');
  const present = requireDeployed(eventFunction.name, await readFunction(cloud, eventFunction.name));
  find(
    'the marks of triggers come back',
    present.triggers.every(({ marks }) => marks !== undefined),
  );
  const changes: string[] = [];
  await convergeTriggers(cloud, eventFunction, present, ['*'], text => changes.push(text));
  find('triggers that are read back are taken for what they are', changes.length === 0);
  await convergeTriggers(cloud, eventFunction, present, ['https://order.example'], () => {});
  const after = await readFunction(cloud, eventFunction.name);
  find('a function URL that is changed keeps its address', JSON.stringify(after?.triggers).includes(urls?.http ?? '-'));
}

async function probeWebFunction(cloud: Cloud, find: (what: string, isSo: boolean) => void): Promise<void> {
  const pack = packOf([
    { path: 'index.js', bytes: Buffer.from(webCode) },
    { path: 'scf_bootstrap', bytes: Buffer.from(bootstrap), executable: true },
  ]);
  const made = await convergeFunction(cloud, settings, webFunction, variables, pack);
  const urls = await convergeTriggers(cloud, webFunction, made, [], () => {});
  find('a web function with WebSockets has an address for them', urls?.webSocket !== undefined);
  const response = await fetchPatiently(urls?.http ?? '');
  find('a web function with WebSockets answers plain HTTP', response.status === 200);
  find('a page is not sent as a download', !/attachment/i.test(response.headers.get('content-disposition') ?? ''));
}

const settings: Settings = {
  ...{ service, stage, deployment: deploymentId(service, stage), mode: 'webfunction', runtime: 'Nodejs20.19' },
  ...{
    role: undefined,
    vpc: undefined,
    publicNetwork: true,
    database: undefined,
    logs: undefined,
    logTopic: undefined,
  },
  ...{ bucket: undefined, origins: [], demoShops: false, functions: [] },
};
const base = { memorySize: 128, timeout: 30, environment: variables, websocket: undefined };
const eventFunction: FunctionSettings = {
  ...{ ...base, key: 'event', folder: '', name: `${service}-${stage}-event` },
  ...{ http: { method: 'GET', path: '/' }, timer: '0 0 3 1 1 * *', web: undefined },
};
const webFunction: FunctionSettings = {
  ...{ ...base, key: 'web', folder: '', name: `${service}-${stage}-web`, http: undefined, timer: undefined },
  web: { protocol: 'ws', maxConcurrency: 10, idleSeconds: 30, initSeconds: 30 },
};
const eventCode = `exports.main_handler = async () => ({
  isBase64Encoded: false, statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'ok',
});`;
const webCode = `require('node:http').createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>ok');
}).listen(process.env.PORT || 9000, process.env.HOST || '0.0.0.0');`;
const bootstrap = `#!/bin/bash
node=/var/lang/node20/bin/node
[ -x "$node" ] || node=node
exec "$node" index.js
`;

function packOf(files: PackageFile[]): Package {
  return { hash: hashOfFiles(files), zip: () => zipOf(files) };
}

function recorded(cloud: Cloud, seen: SeenCall[]): Cloud {
  const scf = async (action: string, request: object, subject?: string) => {
    const call: SeenCall = { product: 'scf', action, request: withoutAccount(request) };
    seen.push(call);
    try {
      const answer = await (cloud.scf as (...all: unknown[]) => Promise<unknown>)(action, request, subject);
      call.answer = withoutAccount(answer);
      return answer;
    } catch (error) {
      call.failure = String(withoutAccount((error as Error).message));
      throw error;
    }
  };
  return { ...cloud, scf: scf as Call<never> as Cloud['scf'] };
}

/** Without code, ids, numbers of accounts and addresses. */
function withoutAccount(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAccount);
  if (typeof value === 'string')
    return value
      .replaceAll(/\/\/[^/"'\\\s]+/g, '//HOST')
      .replaceAll(/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/gi, 'ID')
      .replaceAll(/\b(lam|vpc|subnet|ins)-\w+/g, '$1-ID')
      .replaceAll(/\b\d{9,13}\b/g, 'NUMBER');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name === 'ZipFile' ? 'CODE' : withoutAccount(each)]),
  );
}

import type { Cloud } from '../tencent/cloud.ts';
import { fetchPatiently } from '../tencent/fetch-patiently.ts';
import { convergeFunction, removeFunction } from '../tencent/resources/function.ts';
import { invokeFunction } from '../tencent/resources/invoke.ts';
import { readFunction, requireDeployed } from '../tencent/resources/scf.ts';
import { convergeTriggers } from '../tencent/resources/triggers.ts';
import { deploymentId } from '../tencent/service/marks.ts';
import { type Package, packageOf } from '../tencent/service/packages.ts';
import type { FunctionSettings, Settings } from '../tencent/service/settings.ts';
import type { Find } from './finding.ts';

const service = 'websocket-order';
const stage = 'check';
/** Of what is made for the check. */
export const variables = { LOG_LEVEL: 'info' };

/**
 * Makes an event function and a web function in a stage of their own, calls them, changes them, and removes them again,
 * whatever happens in between.
 */
export async function probeFunctions(cloud: Cloud, find: Find): Promise<void> {
  try {
    await probeEventFunction(cloud, find);
    await probeWebFunction(cloud, find);
  } finally {
    for (const { name } of [eventFunction, webFunction]) await removeFunction(cloud, name);
  }
  const left = await Promise.all([eventFunction, webFunction].map(({ name }) => readFunction(cloud, name)));
  find(
    'a function that was removed is gone',
    left.every(each => each === undefined),
  );
}

async function probeEventFunction(cloud: Cloud, find: Find): Promise<void> {
  const pack = eventPackage();
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

async function probeWebFunction(cloud: Cloud, find: Find): Promise<void> {
  const pack = packageOf('web', [
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

/** The stage that all is made in. */
export const settings: Settings = {
  ...{ service, stage, deployment: deploymentId(service, stage), mode: 'webfunction', publicNetwork: true },
  ...{ logs: undefined, logTopic: undefined, websockets: [], functions: [] },
};
const base = {
  ...{ runtime: 'Nodejs20.19', handler: 'index.main_handler', memorySize: 128, timeout: 30, environment: variables },
  ...{ vpc: undefined, role: undefined, layers: [], concurrency: undefined },
};
/** It answers `ok`, and logs a line. */
export const eventFunction: FunctionSettings = {
  ...{ ...base, key: 'event', name: `${service}-${stage}-event` },
  ...{ http: { method: 'GET', path: '/', cors: { headers: [], exposed: [] } }, timer: '0 0 3 1 1 * *', web: undefined },
};
const webFunction: FunctionSettings = {
  ...{ ...base, key: 'web', name: `${service}-${stage}-web`, http: undefined, timer: undefined },
  web: { protocol: 'ws', maxConcurrency: 10, idleSeconds: 30, initSeconds: 30 },
};
const eventCode = `exports.main_handler = async () => {
  console.log('called by the check');
  return { isBase64Encoded: false, statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' };
};`;

/** The code of the event function. */
export function eventPackage(): Package {
  return packageOf('event', [{ path: 'index.js', bytes: Buffer.from(eventCode) }]);
}

const webCode = `require('node:http').createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>ok');
}).listen(process.env.PORT || 9000, process.env.HOST || '0.0.0.0');`;
const bootstrap = `#!/bin/bash
node=/var/lang/node20/bin/node
[ -x "$node" ] || node=node
exec "$node" index.js
`;

import type { Cloud } from '../tencent/cloud.ts';
import { convergeApiGateway, hasApiGateway, removeApiGateway } from '../tencent/resources/api-gateway.ts';
import { convergeFunction, removeFunction } from '../tencent/resources/function.ts';
import type { Find } from './finding.ts';
import { eventFunction, eventPackage, settings as stage, variables } from './functions.ts';

const { name } = eventFunction;
const settings = {
  ...stage,
  mode: 'apigateway' as const,
  websockets: [{ name: 'check', path: '/check', register: name, transport: name, cleanup: name }],
  functions: [eventFunction],
};

/** Makes a service with an HTTP API and a WebSocket, releases it, and removes it again. */
export async function probeApiGateway(cloud: Cloud, find: Find): Promise<void> {
  // The first call, which says whether the account has the product at all.
  await hasApiGateway(cloud, settings);
  try {
    await convergeFunction(cloud, settings, eventFunction, variables, eventPackage());
    const { sendBackUrls } = await convergeApiGateway(cloud, settings, () => {});
    find('a WebSocket of API Gateway has a send-back URL', sendBackUrls.check !== undefined);
    const changes: string[] = [];
    await convergeApiGateway(cloud, settings, text => changes.push(text));
    find('APIs that are read back are taken for what they are', changes.length === 0);
  } finally {
    await removeApiGateway(cloud, settings);
    await removeFunction(cloud, name);
  }
  find('a service that was removed is gone', !(await hasApiGateway(cloud, settings)));
}

import { managementPush } from '../../apigateway/aws/push.ts';
import type { DialectUnderTest } from './contract.ts';

/** Functions that were written for AWS's API Gateway, and `@connections` by the real SDK. */
export const aws: DialectUnderTest = {
  api: (apiId, hear, { connect, message, end }) => ({
    dialect: 'aws',
    apiId,
    path: `/${apiId}`,
    routes: {
      async $connect(event) {
        const { requestContext, headers = {} } = event as Event;
        hear({ what: 'connect', id: requestContext.connectionId });
        const offered = (headers['Sec-WebSocket-Protocol'] ?? '').split(',').filter(Boolean);
        const { accepted, protocol } = (await connect?.(offered)) ?? { accepted: true };
        return {
          statusCode: accepted ? 200 : 403,
          ...(protocol === undefined ? {} : { headers: { 'Sec-WebSocket-Protocol': protocol } }),
        };
      },
      async $default(event) {
        const { requestContext, body = '' } = event as Event;
        const told = { what: 'message' as const, id: requestContext.connectionId, data: body };
        hear(told);
        await message?.(told);
        return { statusCode: 200 };
      },
      async $disconnect(event) {
        const told = { what: 'end' as const, id: (event as Event).requestContext.connectionId };
        hear(told);
        await end?.(told);
        return { statusCode: 200 };
      },
    },
  }),
  push: (gateway, apiId) => managementPush({ endpoint: gateway.sendBackUrl(apiId), timeoutMs: 5_000 }),
};

interface Event {
  requestContext: { connectionId: string };
  headers?: Record<string, string>;
  body?: string;
}

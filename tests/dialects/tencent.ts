import { sendBackPush } from '../../apigateway/tencent/push.ts';
import type { DialectUnderTest } from './contract.ts';

/** Functions that were written for Tencent Cloud's API Gateway, and the send-back URL. */
export const tencent: DialectUnderTest = {
  api: (apiId, hear, { connect, message, end }) => ({
    apiId,
    path: `/${apiId}`,
    firstFrameSeconds: 0,
    async register(event) {
      const { secConnectionID, secWebSocketProtocol = '' } = (event as Event).websocket;
      hear({ what: 'connect', id: secConnectionID });
      const answer = (await connect?.(secWebSocketProtocol.split(',').filter(Boolean))) ?? { accepted: true };
      return {
        errNo: answer.accepted ? 0 : 1,
        errMsg: 'ok',
        websocket: { action: 'connecting', secConnectionID, secWebSocketProtocol: answer.protocol },
      };
    },
    async transport(event) {
      const { secConnectionID, dataType, data = '' } = (event as Event).websocket;
      const told = {
        what: 'message' as const,
        id: secConnectionID,
        data: dataType === 'text' ? data : Buffer.from(data, 'base64'),
      };
      hear(told);
      await message?.(told);
    },
    async cleanup(event) {
      const told = { what: 'end' as const, id: (event as Event).websocket.secConnectionID };
      hear(told);
      await end?.(told);
    },
  }),
  push: (gateway, apiId) => sendBackPush({ url: gateway.sendBackUrl(apiId), timeoutMs: 5_000 }),
};

interface Event {
  websocket: { secConnectionID: string; secWebSocketProtocol?: string; dataType?: string; data?: string };
}

import type { LogFields, LogLevel } from '../../../apigateway/log.ts';
import { type Gateway, startGateway } from '../../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../../apigateway/server/options.ts';
import type { EventFunction } from '../../../apigateway/server/targets/target.ts';
import { until } from '../until.ts';

type WebSocketOptions = Extract<NonNullable<GatewayOptions['websockets']>[number], { transport: unknown }>;

/** What a call of a WebSocket function was about. */
export interface Call {
  action: string;
  id: string;
  data?: string;
  dataType?: string;
  event: Record<string, unknown>;
}

/** A gateway with one WebSocket API at /pgws whose functions write down how they were called. */
export interface RecordingGateway {
  gateway: Gateway;
  /** `ws://…/pgws` */
  socketUrl: string;
  calls: Call[];
  logged: { level: LogLevel; event: string; fields: LogFields | undefined }[];
  /** Waits until `calls` holds so many of an action. */
  called(action: string, times?: number): Promise<Call[]>;
}

/** What a test changes: functions of its own run after the call was written down. */
export interface RecordingOptions {
  register?: (event: never) => unknown;
  transport?: (event: never) => unknown;
  cleanup?: (event: never) => unknown;
  api?: Partial<WebSocketOptions>;
  gateway?: Partial<GatewayOptions>;
}

export async function startRecordingGateway(options: RecordingOptions = {}): Promise<RecordingGateway> {
  const calls: Call[] = [];
  const logged: RecordingGateway['logged'] = [];
  function recorded(own: ((event: never) => unknown) | undefined): EventFunction {
    return event => {
      const call = event as {
        websocket: { action: string; secConnectionID: string; data?: string; dataType?: string };
      };
      const { action, secConnectionID: id, ...rest } = call.websocket;
      calls.push({ action, id, ...rest, event: event as Record<string, unknown> });
      return own?.(event as never);
    };
  }
  const gateway = await startGateway({
    port: 0,
    log: (level, event, fields) => logged.push({ level, event, fields }),
    websockets: [
      {
        path: '/pgws',
        apiId: 'pgws',
        register: recorded(options.register ?? acceptAll),
        transport: recorded(options.transport),
        cleanup: recorded(options.cleanup),
        ...options.api,
      },
    ],
    ...options.gateway,
  });
  return {
    gateway,
    socketUrl: `${gateway.url.replace('http', 'ws')}/pgws`,
    calls,
    logged,
    async called(action, times = 1) {
      const matching = () => calls.filter(call => call.action === action);
      await until(() => matching().length >= times);
      return matching();
    },
  };
}

/** The answer of a register that lets everybody in. */
export function acceptAll(event: { websocket: { secConnectionID: string } }): object {
  const { secConnectionID } = event.websocket;
  return { errNo: 0, errMsg: 'ok', websocket: { action: 'connecting', secConnectionID } };
}

import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import type { EventFunction } from '../../apigateway/server/targets/target.ts';
import { until } from '../support/until.ts';

type AwsOptions = Extract<NonNullable<GatewayOptions['websockets']>[number], { routes: unknown }>;

/** An event of AWS's contract, as far as tests look into it. */
export interface AwsEvent {
  requestContext: Record<string, unknown> & { routeKey: string; connectionId: string };
  body?: string;
  headers?: Record<string, string>;
  [part: string]: unknown;
}

/** A gateway with an API of AWS's dialect at /production whose functions write down their events. */
export interface AwsGateway {
  gateway: Gateway;
  url: string;
  events: AwsEvent[];
  logged: unknown[];
  /** Waits for so many events of a route. */
  heard(routeKey: string, times?: number): Promise<AwsEvent[]>;
}

/** Starts it. A route answers 200 unless `routes` has a function of its own, which runs after the event was written down. */
export async function startAwsGateway(
  routes: Readonly<Record<string, (event: AwsEvent) => unknown>> = {},
  api: Partial<AwsOptions> = {},
  more: Partial<GatewayOptions> = {},
): Promise<AwsGateway> {
  const events: AwsEvent[] = [];
  const logged: unknown[] = [];
  const recorded =
    (own: (event: AwsEvent) => unknown): EventFunction =>
    event => {
      events.push(event as AwsEvent);
      return own(event as AwsEvent);
    };
  const all = { $connect: done, $disconnect: done, $default: done, ...routes };
  const gateway = await startGateway({
    port: 0,
    log: (...entry) => logged.push(entry),
    websockets: [
      {
        dialect: 'aws',
        apiId: 'abcdef1234',
        path: '/production',
        routes: Object.fromEntries(Object.entries(all).map(([key, own]) => [key, recorded(own)])),
        ...api,
      },
    ],
    ...more,
  });
  const matching = (routeKey: string) => events.filter(event => event.requestContext.routeKey === routeKey);
  return {
    gateway,
    url: `${gateway.url.replace('http', 'ws')}/production`,
    events,
    logged,
    async heard(routeKey, times = 1) {
      await until(() => matching(routeKey).length >= times);
      return matching(routeKey);
    },
  };
}

const done = () => ({ statusCode: 200 });

import type { Push } from '../../apigateway/push.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { until } from '../support/until.ts';

/** A WebSocket API as it stands in gateway.json, of whichever dialect. */
export type ApiOptions = NonNullable<GatewayOptions['websockets']>[number];

/** What an API's functions were told, in words that are of no dialect. */
export interface Told {
  what: 'connect' | 'message' | 'end';
  id: string;
  data?: string | Buffer;
}

/** What an API's functions do. */
export interface Behaviour {
  /** By default everybody is let in. */
  connect?: (offered: string[]) => Promise<{ accepted: boolean; protocol?: string }>;
  message?: (told: Told) => Promise<void>;
  end?: (told: Told) => Promise<void>;
}

/** A dialect: how functions are wired for it, and how they push. */
export interface DialectUnderTest {
  /** An API whose functions tell `hear` what they were called for, and then behave. */
  api(apiId: string, hear: (told: Told) => void, behaviour: Behaviour): ApiOptions;
  push(gateway: Gateway, apiId: string): Push;
}

/** A gateway with an API `one` at /one, and another at /two. */
export interface DialectWorld {
  gateway: Gateway;
  url: string;
  told: Told[];
  push: Push;
  /** Of the other API. */
  otherPush: Push;
  /** Waits for so many calls of a kind. */
  heard(what: Told['what'], times?: number): Promise<Told[]>;
}

/** Starts it. */
export async function startWorld(
  dialect: DialectUnderTest,
  behaviour: Behaviour = {},
  { api = {}, gateway: more = {} }: { api?: Partial<ApiOptions>; gateway?: Partial<GatewayOptions> } = {},
): Promise<DialectWorld> {
  const told: Told[] = [];
  const hear = (each: Told) => void told.push(each);
  const gateway = await startGateway({
    port: 0,
    log: () => {},
    websockets: [{ ...dialect.api('one', hear, behaviour), ...api } as ApiOptions, dialect.api('two', () => {}, {})],
    ...more,
  });
  const matching = (what: Told['what']) => told.filter(each => each.what === what);
  return {
    gateway,
    url: `${gateway.url.replace('http', 'ws')}/one`,
    told,
    push: dialect.push(gateway, 'one'),
    otherPush: dialect.push(gateway, 'two'),
    async heard(what, times = 1) {
      await until(() => matching(what).length >= times);
      return matching(what);
    },
  };
}

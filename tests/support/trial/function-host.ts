import { type Killable, startKillable } from '../killable.ts';
import { lastingPort } from '../port.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** What `function-process.ts` is started with. */
export interface FunctionProcess {
  /** Folder of the bundles. */
  bundles: string;
  names: string[];
  port: number;
}

/** What a host knows of itself: heap after a garbage collection (with `--expose-gc`), timers, Node's warnings. */
export interface HostHealth {
  heapBytes: number;
  timers: number;
  warnings: string[];
}

/** A process that holds functions, with a way of its own to the database. */
export interface FunctionHost extends Killable {
  /** Between this host and PostgreSQL. */
  database: TcpProxy;
  /** Where the gateway calls a function. */
  url(name: string): string;
  /** Calls a function with an event, past the gateway. Rejects when it threw or cannot be reached. */
  call(name: string, event: unknown): Promise<unknown>;
  health(): Promise<HostHealth>;
}

/** Which functions, and where they find database and gateway. */
export interface HostOptions {
  names: string[];
  bundles: string;
  /** Of PostgreSQL itself; the host gets one that leads through its proxy. */
  databaseUrl: string;
  sendBackUrl: string;
  environment?: Record<string, string>;
  nodeFlags?: string[];
}

/** Starts a host. Its proxy ends with `close`, which is the caller's to call. */
export async function startFunctionHost(options: HostOptions): Promise<FunctionHost> {
  const { names, bundles, databaseUrl, sendBackUrl, environment = {}, nodeFlags = [] } = options;
  const port = await lastingPort();
  const address = new URL(databaseUrl);
  const database = await startTcpProxy(Number(address.port));
  address.port = String(database.port);
  const url = (name: string) => `http://127.0.0.1:${port}/${name}`;
  try {
    const killable = await startKillable({
      script: 'tests/support/trial/function-process.ts',
      argument: { bundles, names, port } satisfies FunctionProcess,
      environment: {
        DATABASE_URL: address.href,
        DATABASE_POOL_SIZE: '6',
        TOKEN_SECRET: 'a secret of the fault tests, long enough',
        SEND_BACK_URL: sendBackUrl,
        RATE_LIMITS: 'off',
        // Everything here comes from one address, and dead gateways leave rows behind.
        CONNECTIONS_PER_ADDRESS: '100000',
        ...environment,
      },
      nodeFlags,
    });
    return {
      ...killable,
      database,
      url,
      health: () => killable.ask<HostHealth>('health'),
      async call(name, event) {
        const response = await fetch(url(name), { method: 'POST', body: JSON.stringify(event) });
        if (!response.ok) throw new Error(`${name} answered status ${response.status}`);
        return response.json();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { given } from '../../functions/runtime/environment.ts';

/** Where the chat keeps who is in the room, and whether its frames go through a queue. */
export interface ChatOptions {
  store: 'postgres' | 'cos' | 'redis' | 'memory';
  queue: 'redis' | undefined;
}

const stores = ['postgres', 'cos', 'redis', 'memory'] as const;

/** What `CHAT_STORE` and `CHAT_QUEUE` ask for. @throws Error in words for whoever has set them */
export function chatOptions(environment: NodeJS.ProcessEnv): ChatOptions {
  const store = stores.find(each => each === (given('CHAT_STORE', environment) ?? 'postgres'));
  if (store === undefined) throw new Error(`CHAT_STORE must be one of ${stores.join(', ')}`);
  const queue = given('CHAT_QUEUE', environment);
  if (queue !== undefined && queue !== 'redis') throw new Error('CHAT_QUEUE must be redis, or empty for none');
  const needed = [
    ...(store === 'redis' || queue === 'redis' ? ['REDIS_URL'] : []),
    ...(store === 'cos' ? ['CHAT_COS_BUCKET', 'CHAT_COS_REGION'] : []),
  ];
  const missing = needed.filter(name => given(name, environment) === undefined);
  if (missing.length > 0) throw new Error(`the chat needs ${missing.join(' and ')}`);
  return { store, queue };
}

/**
 * The gateway's options with the chat's functions of that store, and with a worker where there is a queue: a run is
 * short, since the gateway waits for it when it stops, and the next follows at once.
 */
export function withChat(options: GatewayOptions, { store, queue }: ChatOptions): GatewayOptions {
  const bundle = (name: string, kind: string) =>
    `dist/${kind === 'postgres' ? '' : `${kind}/`}chat/${name}/index.js#main_handler`;
  const websockets = options.websockets?.map(api =>
    api.apiId === 'chat'
      ? {
          ...api,
          register: bundle('register', store),
          transport: bundle('transport', queue === undefined ? store : 'queue'),
          cleanup: bundle('cleanup', store),
        }
      : api,
  );
  const worker = { target: bundle('worker', store), everySeconds: 0.05 };
  const timers = [...(options.timers ?? []), ...(queue === undefined ? [] : [worker])];
  return { ...options, ...(websockets === undefined ? {} : { websockets }), timers };
}

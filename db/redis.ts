import { createClient } from 'redis';

/** A Redis that is asked one command at a time. */
export interface Redis {
  /**
   * Runs a command.
   * @param withinMs how long it may take in all, 3 s unless said; for commands that wait, that and their wait
   * @throws Error when Redis cannot be reached, says no, or takes too long: the outcome is then unknown
   */
  run(command: readonly string[], withinMs?: number): Promise<unknown>;
  end(): Promise<void>;
}

/** Opens Redis lazily: nothing is connected until the first command, and a lost connection is opened anew by the next. */
export function openRedis(url: string): Redis {
  let opening: Promise<Client> | undefined;

  function client(): Promise<Client> {
    opening ??= connect(url, forget).catch(error => {
      forget();
      throw error;
    });
    return opening;
  }

  function forget(): void {
    opening = undefined;
  }

  return {
    async run(command, withinMs = 3_000) {
      const connected = await client();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          // Answers come in order: all that follow would be as late.
          if (connected.isOpen) connected.destroy();
          forget();
          reject(new Error(`Redis took more than ${withinMs} ms for ${command[0]}`));
        }, withinMs);
      });
      try {
        return await Promise.race([connected.sendCommand([...command]), late]);
      } finally {
        clearTimeout(timer);
      }
    },

    async end() {
      const connected = await opening?.catch(() => undefined);
      forget();
      if (connected?.isOpen) connected.destroy();
    },
  };
}

type Client = ReturnType<typeof newClient>;

async function connect(url: string, onLost: () => void): Promise<Client> {
  const client = newClient(url);
  // Without a listener a lost connection would end the process.
  client.on('error', onLost);
  client.on('end', onLost);
  await client.connect();
  return client;
}

/** It does not try to come back by itself: until it did, commands would wait, and a function has no time to wait. */
function newClient(url: string) {
  return createClient({ url, socket: { connectTimeout: 2_000, reconnectStrategy: false } });
}

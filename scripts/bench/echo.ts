/** What the functions of the benchmark can do with connections. */
export interface EchoWorld {
  send(id: string, text: string): void;
  ids(): Iterable<string>;
}

/** The benchmark's transport function: `id` is answered with the connection's id, `all …` goes to all, the rest comes back. */
export function echo(world: EchoWorld, id: string, text: string): void {
  if (text === 'id') return world.send(id, id);
  if (!text.startsWith('all ')) return world.send(id, text);
  const message = text.slice(4);
  for (const each of world.ids()) world.send(each, message);
}

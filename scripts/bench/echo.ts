/** What the functions of the benchmark can do with connections. */
export interface EchoWorld {
  send(id: string, text: string): void;
  ids(): Iterable<string>;
}

/** The benchmark's transport function: `id` is answered with the connection's id, `all …` goes to all, the rest comes back. */
export function echo(world: EchoWorld, id: string, text: string): void {
  if (text === 'id') world.send(id, id);
  else if (text.startsWith('all ')) for (const each of world.ids()) world.send(each, text.slice(4));
  else world.send(id, text);
}

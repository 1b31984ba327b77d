/** What the functions of the benchmark can do with connections. */
export interface EchoDependencies {
  send(id: string, text: string): void;
  ids(): Iterable<string>;
}

/** The benchmark's transport function: `id` is answered with the connection's id, `all …` goes to all, the rest comes back. */
export function echo(dependencies: EchoDependencies, id: string, text: string): void {
  if (text === 'id') dependencies.send(id, id);
  else if (text.startsWith('all ')) for (const each of dependencies.ids()) dependencies.send(each, text.slice(4));
  else dependencies.send(id, text);
}

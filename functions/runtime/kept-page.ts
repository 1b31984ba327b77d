import type { Shops } from '../domain/ports.ts';

type Reads = Pick<Shops, 'list' | 'stateOf'>;

/**
 * Reads the first page of shops, which is what most ask for, and keeps it. It is read anew when its state, which costs a
 * third of it to ask for, has become another: so whoever asks gets what is so when they ask.
 */
export function keepFirstPage({ list, stateOf }: Reads): Shops['list'] {
  let kept: Awaited<ReturnType<Shops['list']>> | undefined;
  return async after => {
    if (after !== undefined) return list(after);
    if (kept === undefined || (await stateOf({ shop: undefined, after })) !== kept.state) kept = await list(after);
    return kept;
  };
}

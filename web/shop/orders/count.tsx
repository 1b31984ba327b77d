/** How many orders there are. Loud: they wait for somebody. */
export function Count({ of, isLoud }: { of: number; isLoud: boolean }) {
  return <span class={isLoud && of > 0 ? 'count count-loud' : 'count'}>{of}</span>;
}

import type { ComponentChildren } from 'preact';

/** What a colour says. Never alone: the words say it too. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad';

/** A word or two about the state of something. */
export function Chip({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={tone === 'plain' ? 'chip' : `chip chip-${tone}`}>{children}</span>;
}

import type { ComponentChildren } from 'preact';
import type { Tone } from './chip.tsx';

/** Something a person should know, in a sentence or more. `urgent` is read out at once. */
export function Notice({
  tone = 'plain',
  urgent = false,
  testid,
  children,
}: {
  tone?: Tone;
  urgent?: boolean;
  testid?: string;
  children: ComponentChildren;
}) {
  return (
    <div
      class={tone === 'plain' ? 'banner stack' : `banner banner-${tone} stack`}
      role={urgent ? 'alert' : undefined}
      data-testid={testid}
    >
      {children}
    </div>
  );
}

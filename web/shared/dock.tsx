import type { ComponentChildren } from 'preact';

/**
 * The foot of the window, above everything: what to do next, and above that what one should know. It grows upwards, so
 * that the button at its end never moves.
 */
export function Dock({ children }: { children: ComponentChildren }) {
  return (
    <div class="dock">
      <div class="dock-body stack">{children}</div>
    </div>
  );
}

import type { ComponentChildren } from 'preact';

/**
 * In place of what is not there: why, and what can be done. `urgent`: something went wrong. `heading` is for those who
 * hear the page, where nothing else says what it is.
 */
export function Empty({
  heading,
  urgent = false,
  testid,
  children,
}: {
  heading?: string;
  urgent?: boolean;
  testid?: string;
  children: ComponentChildren;
}) {
  return (
    <div class="nothing stack" role={urgent ? 'alert' : 'status'} data-testid={testid}>
      {heading !== undefined && <h1 class="visually-hidden">{heading}</h1>}
      {children}
    </div>
  );
}

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Change } from '../../../functions/domain/frames.ts';
import { onHide } from '../../connection/browser.ts';
import { pageClock } from '../../connection/steady-clock.ts';
import { command, showConflict, stream } from '../screen.ts';
import { recordMoved } from './stray-taps.ts';

/** A change of an order that cannot be undone once the customer knows of it. */
export type Step = Extract<Change, { op: 'ready' | 'complete' | 'reject' | 'cancel' }>;

/** A step that was tapped and has not been sent yet. */
export interface PendingStep {
  readonly step: Step;
  /** When it is sent, on the page's clock. */
  readonly sendAt: number;
}

/** How long a step can be taken back. */
export const TAKE_BACK_SECONDS = 10;
const TAKE_BACK_MS = TAKE_BACK_SECONDS * 1_000;

/** The steps that can still be taken back, by order. */
const pending = signal<ReadonlyMap<string, PendingStep>>(new Map());
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Orders that are about to be rejected from this screen; they no longer count as waiting. */
export const rejectedHere = computed(
  () => new Set([...pending.value.values()].filter(({ step }) => step.op === 'reject').map(({ step }) => step.order)),
);

/** The step of an order that can still be taken back, if there is one. */
export function pendingStepOf(order: string): ReadonlySignal<PendingStep | undefined> {
  return computed(() => pending.value.get(order));
}

/** Sends a step in ten seconds; until then another step of the order replaces it and `takeBack` drops it. */
export function takeStep(step: Step): void {
  if (isOvertaken(step)) {
    showConflict(step);
    return;
  }
  recordMoved([step.order]); // a second quick tap must not hit "take back", which appears in the place of the button
  clearTimeout(timers.get(step.order));
  timers.set(
    step.order,
    setTimeout(() => send(step.order), TAKE_BACK_MS),
  );
  pending.value = new Map(pending.value).set(step.order, { step, sendAt: pageClock.now() + TAKE_BACK_MS });
}

/** Drops the pending step of an order. */
export function takeBack(order: string): void {
  recordMoved([order]);
  forget(order);
}

/**
 * Starts handling pending steps. They are sent at once when the page is hidden, because it may be frozen or closed the
 * next moment. A pending step is dropped when somebody else changes the order first.
 */
export function startSteps(): void {
  onHide(() => {
    for (const order of pending.value.keys()) send(order);
  });
  effect(() => {
    if (stream.value === undefined) return;
    for (const { step } of pending.peek().values()) {
      if (!isOvertaken(step)) continue;
      forget(step.order);
      showOvertaken(step);
    }
  });
}

function isOvertaken({ order, version }: Step): boolean {
  return stream.peek()?.orders.get(order)?.version !== version;
}

/** Cancellations and expiries have their own notice. */
function showOvertaken(step: Step): void {
  const status = stream.peek()?.orders.get(step.order)?.status;
  if (status !== 'cancelled' && status !== 'expired') showConflict(step);
}

function send(order: string): void {
  const { step } = pending.value.get(order) ?? {};
  forget(order);
  if (step !== undefined) command(step, 'late');
}

function forget(order: string): void {
  clearTimeout(timers.get(order));
  timers.delete(order);
  const others = new Map(pending.value);
  if (others.delete(order)) pending.value = others;
}

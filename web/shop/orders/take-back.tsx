import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Order } from '../../../functions/domain/frames.ts';
import { say, type Text } from '../../shared/language.ts';
import { secondsUntil } from '../../shared/time.ts';
import { texts } from '../texts.ts';
import { StepButton } from './step-button.tsx';
import { type PendingStep, type Step, TAKE_BACK_SECONDS, takeBack, takeStep } from './steps.ts';

const words: Readonly<Record<Step['op'], Text>> = {
  ready: texts.readySoon,
  complete: texts.completeSoon,
  reject: texts.rejectSoon,
  cancel: texts.cancelSoon,
};

/** In place of an order's buttons while its last step can be taken back. */
export function TakeBack({ order, pending: { step, sendAt } }: { order: Order; pending: PendingStep }) {
  const seconds = useMemo(
    () => computed(() => Math.max(0, Math.min(TAKE_BACK_SECONDS, secondsUntil(sendAt)))),
    [sendAt],
  );
  return (
    <>
      <button
        type="button"
        class="button take-back"
        data-testid="take-back"
        data-step={step.op}
        onClick={() => takeBack(order.id)}
      >
        <span class="take-back-word">{say(texts.takeBack)}</span>{' '}
        <span class="small number">{say(words[step.op], { s: seconds.value })}</span>
      </button>
      {step.op === 'ready' && (
        <StepButton
          label={say(texts.complete)}
          testid="complete"
          isBusy={false}
          isMain={false}
          onClick={() => takeStep({ op: 'complete', order: order.id, version: order.version })}
        />
      )}
      {/* Said once, and not every second. */}
      <span class="visually-hidden" role="status">
        {say(words[step.op], { s: TAKE_BACK_SECONDS })}
      </span>
    </>
  );
}

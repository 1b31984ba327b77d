import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Report } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { locale, say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { statusWords } from '../../shared/order-words.ts';
import { describeRefusal } from '../refusal.ts';
import { ask, stream } from '../screen.ts';
import { texts } from '../texts.ts';
import { downloadOrders } from './download.ts';
import { HourChart } from './hour-chart.tsx';

/** The day at a glance, the days before it, and as many after it as the shop takes orders for. */
export function SummaryDialog({ onClose }: { onClose: () => void }) {
  const wanted = useSignal<string | undefined>(undefined);
  const today = useSignal<string | undefined>(undefined);
  const report = useSignal<Report | undefined>(undefined);
  const failed = useSignal<string | undefined>(undefined);
  useEffect(() => {
    let isOver = false;
    failed.value = undefined;
    const day = wanted.value;
    void ask(day === undefined ? { op: 'report' } : { op: 'report', day }).then(result => {
      if (isOver) return;
      if (!result.ok) failed.value = describeRefusal({ op: 'report' }, result.error);
      else {
        report.value = result.report;
        if (day === undefined) today.value = result.report?.day;
      }
    });
    return () => {
      isOver = true;
    };
  }, [wanted.value]);

  const shown = wanted.value ?? today.value;
  const last = today.value && dayAfter(today.value, stream.value?.shop?.later?.daysAhead ?? 0);
  const isThere = report.value !== undefined && report.value.day === shown;
  const go = (days: number) => () => {
    if (shown !== undefined) wanted.value = dayAfter(shown, days);
  };
  return (
    <Dialog title={say(texts.summary)} testid="summary-dialog" onClose={onClose}>
      <div class="spread">
        <button
          type="button"
          class="button"
          aria-label={say(texts.dayBefore)}
          data-testid="day-before"
          onClick={go(-1)}
        >
          ◀
        </button>
        <h3 class="number" aria-live="polite" data-testid="day">
          {shown === undefined ? '…' : dayInWords(shown)}
        </h3>
        <button
          type="button"
          class="button"
          aria-label={say(texts.dayAfter)}
          disabled={shown === undefined || last === undefined || shown >= last}
          data-testid="day-after"
          onClick={go(1)}
        >
          ▶
        </button>
      </div>
      {failed.value !== undefined && (
        <p class="banner banner-bad" role="alert">
          {failed.value}
        </p>
      )}
      <div class="summary-body" aria-busy={!isThere}>
        {report.value !== undefined && isThere ? (
          <Figures report={report.value} />
        ) : (
          <p class="nothing" role="status">
            {say(stream.value?.link.offlineSince === undefined ? texts.loadingReport : texts.noReportOffline)}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function Figures({ report }: { report: Report }) {
  const { day, currency, orders, completed, open, rejected, cancelled, expired } = report;
  const isDownloading = useSignal(false);
  const download = async () => {
    if (isDownloading.value) return;
    isDownloading.value = true;
    await downloadOrders(day, report.timeZone);
    isDownloading.value = false;
  };
  const seconds = (value: number | null) => (value === null ? '–' : inMinutes(value));
  return (
    <>
      <dl class="figures" data-testid="figures">
        <Figure name={say(texts.orders)} value={String(orders)} testid="figure-orders" />
        <Figure
          name={say(texts.completedWorth)}
          value={money(report.completedCents, currency)}
          testid="figure-completed"
        />
        <Figure
          name={say(texts.acceptedWorth)}
          value={money(report.acceptedCents, currency)}
          testid="figure-accepted"
        />
        <Figure name={say(texts.acceptAverage)} value={seconds(report.acceptSecondsAverage)} testid="figure-accept" />
        <Figure name={say(texts.acceptMost)} value={seconds(report.acceptSecondsP95)} />
      </dl>
      <p class="row small">
        {(
          [
            ['completed', completed],
            ['rejected', rejected],
            ['cancelled', cancelled],
            ['expired', expired],
          ] as const
        ).map(([status, count]) => (
          <span key={status} class="chip">
            {say(statusWords[status])} {count}
          </span>
        ))}
        <span class="chip">
          {say(texts.stillOpen)} {open}
        </span>
      </p>
      <HourChart hours={report.hours} currency={currency} />
      {report.dishes.length > 0 && (
        <section class="stack">
          <h3>{say(texts.bestDishes)}</h3>
          <ol class="best">
            {report.dishes.slice(0, 10).map(({ dish, name, quantity, takingsCents: cents }) => (
              <li key={dish}>
                <strong class="number">{quantity}×</strong>
                <span class="typed" dir="auto">
                  {name}
                </span>
                <span class="number best-takings">{money(cents, currency)}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <button
        type="button"
        class="button"
        aria-busy={isDownloading.value}
        disabled={orders === 0}
        data-testid="csv"
        onClick={download}
      >
        {say(texts.downloadCsv)}
      </button>
      <p class="muted small">{say(texts.timeZone, { zone: report.timeZone })}</p>
    </>
  );
}

function Figure({ name, value, testid }: { name: string; value: string; testid?: string }) {
  return (
    <div class="figure">
      <dt class="muted small">{name}</dt>
      <dd class="number" data-testid={testid}>
        {value}
      </dd>
    </div>
  );
}

function inMinutes(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return say(['{s} 秒', '{s} s'], { s: whole });
  return say(['{m} 分 {s} 秒', '{m} min {s} s'], { m: Math.floor(whole / 60), s: whole % 60 });
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function dayInWords(day: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'full', timeZone: 'UTC' }).format(
    Date.parse(`${day}T00:00:00Z`),
  );
}

import type { Report } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { texts } from '../texts.ts';

const BAR = 12;
const HEIGHT = 90;

/** Orders by hour as bars; the same as a table for who does not see them. */
export function HourChart({ hours, currency }: { hours: Report['hours']; currency: string }) {
  const most = Math.max(1, ...hours.map(({ orders }) => orders));
  return (
    <figure class="chart">
      <figcaption class="chart-title">{say(texts.byHour)}</figcaption>
      <svg viewBox={`0 0 ${24 * BAR} ${HEIGHT + 24}`} aria-hidden="true" data-testid="chart">
        {hours.map(({ hour, orders }) => {
          const height = (orders / most) * HEIGHT;
          return (
            <g key={hour}>
              <rect
                class="chart-bar"
                x={hour * BAR + 1}
                y={12 + HEIGHT - height}
                width={BAR - 2}
                height={height}
                rx="1.5"
              />
              {orders > 0 && (
                <text class="chart-count" x={hour * BAR + BAR / 2} y={9 + HEIGHT - height}>
                  {orders}
                </text>
              )}
              {hour % 3 === 0 && (
                <text class="chart-hour" x={hour * BAR + BAR / 2} y={HEIGHT + 22}>
                  {hour}
                </text>
              )}
            </g>
          );
        })}
        <line class="chart-ground" x1="0" x2={24 * BAR} y1={HEIGHT + 12.5} y2={HEIGHT + 12.5} />
      </svg>
      <table class="visually-hidden">
        <thead>
          <tr>
            <th scope="col">{say(texts.hour)}</th>
            <th scope="col">{say(texts.orders)}</th>
            <th scope="col">{say(texts.worth)}</th>
          </tr>
        </thead>
        <tbody>
          {hours
            .filter(({ orders }) => orders > 0)
            .map(({ hour, orders, takingsCents }) => (
              <tr key={hour}>
                <th scope="row">{hour}:00</th>
                <td>{orders}</td>
                <td>{money(takingsCents, currency)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  );
}

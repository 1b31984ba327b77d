import { toCsv } from '../../../functions/domain/csv.ts';
import type { Order } from '../../../functions/domain/frames.ts';
import { amountText, minorDigits } from '../../../functions/domain/minor-unit.ts';
import { say } from '../../shared/language.ts';
import { offerTable } from '../../shared/offer-file.ts';
import { reasonWords, statusWords } from '../../shared/order-words.ts';
import { readOrders } from './day-orders.ts';

/** Reads all orders of a day and offers them as a file for spreadsheets. Times are in the shop's time zone. */
export async function downloadOrders(day: string, timeZone: string): Promise<void> {
  const orders = await readOrders(day);
  if (orders === undefined) return;
  const rows = [
    columns.map(([title]) => say(title)),
    ...orders.map(order => columns.map(([, cell]) => cell(order, timeZone))),
  ];
  offerTable(`${day}.csv`, toCsv(rows));
}

const columns: readonly (readonly [readonly [string, string], (order: Order, timeZone: string) => string])[] = [
  [['号码', 'Number'], ({ number }) => String(number)],
  [['状态', 'Status'], ({ status }) => say(statusWords[status])],
  [['原因', 'Reason'], ({ reason }) => (reason === null ? '' : say(reasonWords[reason]))],
  [['下单时间', 'Placed'], ({ placedAt }, timeZone) => timeIn(placedAt, timeZone)],
  [['预计做好', 'Promised'], ({ readyAt }, timeZone) => (readyAt === null ? '' : timeIn(readyAt, timeZone))],
  [['最后变化', 'Last change'], ({ updatedAt }, timeZone) => timeIn(updatedAt, timeZone)],
  [['菜品', 'Dishes'], ({ items }) => items.map(itemInWords).join('; ')],
  [['金额', 'Total'], ({ totalCents, currency }) => amountText(totalCents, minorDigits(currency))],
  [['货币', 'Currency'], ({ currency }) => currency],
  [['姓名', 'Name'], ({ customer }) => customer.name],
  [['电话', 'Phone'], ({ customer }) => customer.phone],
  [['地址', 'Address'], ({ customer }) => customer.address],
  [['备注', 'Note'], ({ note }) => note ?? ''],
];

function itemInWords({ quantity, name, note }: Order['items'][number]): string {
  return `${quantity}× ${name}${note === null ? '' : ` (${note})`}`;
}

/** `2025-01-31 12:05`, which spreadsheets of every country read. */
function timeIn(time: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(time));
}

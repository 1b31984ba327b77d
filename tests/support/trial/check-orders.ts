import { grouped } from './grouped.ts';
import type { Check, OrderRecord } from './history.ts';
import type { StoredOrder } from './tables.ts';

/** I1, I2, I5, I6: what customers were told against what is stored. */
export const checkOrders: Check = ({ records, tables, prices }, report) => {
  const stored = grouped(tables.orders, order => order.key);
  const asked = grouped(records, record => record.key);
  for (const [key, own] of asked) {
    const orders = stored.get(key) ?? [];
    const answers = own.filter(record => record.type === 'ok');
    const refusal = own.find(record => record.type === 'fail');
    if (answers.length > 0) report.orders++;
    if (answers.length > 0 && own.some(record => record.type === 'unknown')) report.recovered++;
    if (!own.some(record => record.type === 'invoke')) report.violations.push(`history: ${key} was never asked for`);
    if (orders.length > 1) {
      report.duplicated++;
      report.violations.push(`I2: key ${key} has ${orders.length} orders`);
    }
    if (refusal !== undefined && answers.length === 0 && orders.length > 0) {
      report.unexpected++;
      report.violations.push(`I5: ${key} was refused with ${refusal.status} and is stored`);
    }
    for (const answer of answers) checkAnswer(answer, orders);
    if (new Set(answers.map(answer => `${answer.order} ${answer.body}`)).size > 1)
      report.violations.push(`I2: the answers to key ${key} differ`);
    if (answers.length > 0 && tables.keys.get(key) !== answers[0]?.order)
      report.violations.push(`I2: key ${key} is not kept with the order that was answered`);
  }
  for (const order of tables.orders) {
    if (!asked.has(order.key)) {
      report.unexpected++;
      report.violations.push(`I2: order ${order.id} was never asked for`);
    }
    checkPrices(order);
  }
  const known = new Set(tables.orders.map(order => order.id));
  for (const [key, order] of tables.keys) {
    if (asked.has(key) && !known.has(order)) report.violations.push(`I2: key ${key} is kept without its order`);
  }

  function checkAnswer(answer: Extract<OrderRecord, { type: 'ok' }>, orders: StoredOrder[]): void {
    const order = orders.find(({ id }) => id === answer.order);
    if (order === undefined) {
      report.lost++;
      report.violations.push(`I1: order ${answer.order} was answered ${answer.status} and is not stored`);
    } else if (order.total !== answer.total) {
      report.violations.push(`I6: order ${order.id} was answered with another total than is stored`);
    }
  }

  function checkPrices({ id, total, lines, beside }: StoredOrder): void {
    const sum = lines.reduce((all, { price, quantity }) => all + price * quantity, beside);
    if (sum !== total || lines.length === 0)
      report.violations.push(`I6: the lines of order ${id} make ${sum}, not ${total}`);
    for (const { dish, price } of lines) {
      if (prices !== undefined && !prices[dish]?.includes(price))
        report.violations.push(`I6: order ${id} has ${dish} at ${price}`);
    }
  }
};

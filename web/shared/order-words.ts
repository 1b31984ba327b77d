import type { OrderStatus, Reason } from '../../functions/domain/frames.ts';
import type { Text } from './language.ts';

/** What a status is called. */
export const statusWords: Readonly<Record<OrderStatus, Text>> = {
  placed: ['等待接单', 'Waiting for the shop'],
  accepted: ['制作中', 'Being prepared'],
  ready: ['已做好', 'Ready'],
  completed: ['已完成', 'Completed'],
  rejected: ['商家已拒单', 'Declined'],
  cancelled: ['已取消', 'Cancelled'],
  expired: ['超时未接单', 'Expired'],
};

/** Why an order came to nothing. */
export const reasonWords: Readonly<Record<Reason, Text>> = {
  sold_out: ['菜品售罄', 'Sold out'],
  too_busy: ['店里太忙', 'Too busy'],
  closing: ['即将打烊', 'About to close'],
  cannot_deliver: ['无法配送', 'Cannot deliver there'],
  customer_request: ['顾客要求', 'At the customer’s request'],
  other: ['其他原因', 'Another reason'],
  expired: ['商家没有及时接单', 'The shop did not answer in time'],
};

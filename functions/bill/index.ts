import { httpFunction, world } from '../runtime/tencent-orders.ts';
import { bill } from './bill.ts';

/** `POST /bill` */
export const main_handler = httpFunction(bill(world));

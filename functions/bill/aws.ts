import { httpFunction, world } from '../runtime/aws-orders.ts';
import { bill } from './bill.ts';

/** `POST /bill` */
export const handler = httpFunction(bill(world));

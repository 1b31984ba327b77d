import { httpFunction } from '../../apigateway/aws/http-function.ts';
import { awsPush } from '../runtime/aws-push.ts';
import { billDependencies } from '../runtime/orders.ts';
import { bill } from './bill.ts';

/** `POST /bill` */
export const handler = httpFunction(bill(billDependencies(awsPush())));

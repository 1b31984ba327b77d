import { withHealth } from '../../apigateway/tencent/health.ts';
import { httpFunction } from '../../apigateway/tencent/http-function.ts';
import { databaseAnswers } from '../runtime/health.ts';
import { billDependencies } from '../runtime/orders.ts';
import { tencentPush } from '../runtime/tencent-push.ts';
import { bill } from './bill.ts';

/** `POST /bill` */
export const main_handler = withHealth(httpFunction(bill(billDependencies(tencentPush()))), databaseAnswers);
